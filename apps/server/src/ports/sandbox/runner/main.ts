import { evaluateExpression } from './evaluate-expression.ts'
import { createGuest, type Guest } from './guest.ts'
import type { RunnerReply, RunnerRequest, RunOutcome } from './protocol.ts'
import { runCode } from './run-code.ts'

// A runner: runs what it is sent, one after the other. It has no environment, no files and no network, and may be killed at
// any moment. A guest is used once; the next one is made while nobody waits.

/** Making a guest takes a few milliseconds of a core: the server, which has the reply to pass on, needs them first. */
const SPARE_AFTER_MS = 5
let spare: Promise<Guest> | undefined = createGuest()

async function answer(request: RunnerRequest): Promise<RunOutcome> {
  if (request.kind === 'expression') return evaluateExpression(request)
  const guest = await (spare ?? createGuest())
  spare = undefined
  return runCode(guest, request)
}

function send(message: object): void {
  process.send?.(message, undefined, undefined, () => {})
}

process.on('message', async (request: RunnerRequest) => {
  const outcome = await answer(request)
  send({ id: request.id, ...outcome, rssBytes: process.memoryUsage.rss() } satisfies RunnerReply)
  setTimeout(() => {
    spare ??= createGuest()
  }, SPARE_AFTER_MS)
})
// The server is gone.
process.on('disconnect', () => process.exit())

await spare
send({ ready: true })
