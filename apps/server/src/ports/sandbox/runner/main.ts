import { evaluateExpression } from './evaluate-expression.ts'
import { createGuest, type Guest } from './guest.ts'
import type { RunnerReply, RunnerRequest, RunOutcome } from './protocol.ts'
import { runCode } from './run-code.ts'

// A runner: runs what it is sent, one after the other. It has no environment, no files and no network, and may be killed at
// any moment. After a run the guest is rewound, or another one made, while nobody waits.

let guest: Promise<Guest> = createGuest()

async function answer(request: RunnerRequest): Promise<RunOutcome> {
  return request.kind === 'expression' ? evaluateExpression(request) : runCode(await guest, request)
}

/** After a fault nothing that the host keeps about the engine is relied on either. */
async function renew(outcome: RunOutcome): Promise<void> {
  if (outcome.fault || !(await guest).rewind()) guest = createGuest()
}

function send(message: object): void {
  process.send?.(message, undefined, undefined, () => {})
}

process.on('message', async (request: RunnerRequest) => {
  const outcome = await answer(request)
  send({ id: request.id, ...outcome, rssBytes: process.memoryUsage.rss() } satisfies RunnerReply)
  if (request.kind === 'code') setImmediate(renew, outcome)
})
// The server is gone.
process.on('disconnect', () => process.exit())

await guest
send({ ready: true })
