import { setImmediate } from 'node:timers/promises'
import { evaluateExpression } from './evaluate-expression.ts'
import { createGuest, type Guest } from './guest.ts'
import type { RunnerReply, RunnerRequest, RunOutcome } from './protocol.ts'
import { runCode } from './run-code.ts'

// A runner: runs what it is sent, one after the other. It has no environment, no files and no network, and may be killed at
// any moment. After a run the guest is rewound, or another one made, while nobody waits.

let guest: Promise<Guest> = createGuest()

async function answer(ready: Guest, request: RunnerRequest): Promise<RunOutcome> {
  return request.kind === 'expression' ? evaluateExpression(request) : runCode(ready, request)
}

/** The guest for the next run. After a fault nothing that the host keeps about the engine is relied on either. */
async function renewed(used: Guest, { fault }: RunOutcome): Promise<Guest> {
  await setImmediate()
  return fault === undefined && used.rewind() ? used : createGuest()
}

function send(message: object): void {
  process.send?.(message, undefined, undefined, () => {})
}

process.on('message', async (request: RunnerRequest) => {
  const used = await guest
  const outcome = await answer(used, request)
  // Before the reply: whatever comes next waits for it.
  if (request.kind === 'code') guest = renewed(used, outcome)
  send({ id: request.id, ...outcome, rssBytes: process.memoryUsage.rss() } satisfies RunnerReply)
})
// The server is gone.
process.on('disconnect', () => process.exit())

await guest
send({ ready: true })
