import type { QuickJSHandle } from 'quickjs-emscripten-core'
import type { Guest } from './guest.ts'
import { type FaultCode, type RunnerRequest, type RunOutcome, SANDBOX_LIMITS } from './protocol.ts'

const JOBS_PER_SLICE = 500
/** A memory this full is what made the guest fail. */
const FULL_BYTES = SANDBOX_LIMITS.maxMemoryBytes * 0.9

/** Runs code in a fresh guest to its end, its deadline or its death. Believes nothing that the guest says beyond its type and
 *  size. */
export function runCode(
  guest: Guest,
  { code, input, timeoutMs }: Extract<RunnerRequest, { kind: 'code' }>,
): RunOutcome {
  const deadline = performance.now() + timeoutMs
  const isFull = () => guest.memory.buffer.byteLength > FULL_BYTES
  const late = () => performance.now() > deadline
  const fault = (code: FaultCode, message: string): RunOutcome => ({ fault: { code, message }, log: [...guest.log()] })
  const timeout = () => fault('code_timeout', `The code took longer than ${timeoutMs} ms.`)
  const outOfMemory = () =>
    fault('code_memory', `The code needs more than ${SANDBOX_LIMITS.maxMemoryBytes / 1_048_576} MB of memory.`)
  try {
    guest.runtime.setInterruptHandler(late)
    const settled = settle(guest, code, input, timeoutMs, late, isFull)
    if (settled === undefined) return timeout()
    const rest = settled.slice(1)
    switch (settled[0]) {
      case 'o':
        if (Buffer.byteLength(rest) <= SANDBOX_LIMITS.maxOutputBytes) return { output: rest, log: [...guest.log()] }
        break
      case 'e':
        // Too little was left to say so.
        if (rest === '"null"' && isFull()) return outOfMemory()
        return fault('code_failed', String(JSON.parse(rest)).slice(0, SANDBOX_LIMITS.maxMessageChars))
      case 'm':
        return outOfMemory()
    }
    return fault('code_output_too_large', `The output is larger than ${SANDBOX_LIMITS.maxOutputBytes} bytes.`)
  } catch (error) {
    if (late()) return timeout()
    if (isFull()) return outOfMemory()
    return fault('code_failed', `The engine gave up: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** @returns what the harness's `settled` says; undefined at the deadline */
function settle(
  guest: Guest,
  code: string,
  input: string,
  timeoutMs: number,
  late: () => boolean,
  isFull: () => boolean,
): string | undefined {
  const { context, runtime } = guest
  call(guest, 'start', context.newString(code), context.newString(input))
  for (;;) {
    if (late()) return undefined
    // The engine does not look at the clock between jobs.
    const jobs = runtime.executePendingJobs(JOBS_PER_SLICE)
    if (jobs.error) throw new Error('a job was cut off')
    if (late()) return undefined
    const settled = text(guest, call(guest, 'settled', context.newNumber(SANDBOX_LIMITS.maxOutputBytes)))
    if (settled !== '') return settled
    if (runtime.hasPendingJob()) continue
    const next = text(guest, call(guest, 'runTimer', context.newNumber(timeoutMs)))
    if (next === 'late') return undefined
    if (next === 'none') {
      // After a lack of memory not even an error may have been made.
      if (isFull()) throw new Error('no memory is left')
      return 'e"The code waits for a promise that nothing will settle."'
    }
  }
}

function call({ context, harness }: Guest, name: string, ...args: QuickJSHandle[]): QuickJSHandle {
  const result = context.callFunction(context.getProp(harness, name), context.undefined, ...args)
  if (result.error) throw new Error('the code was cut off')
  return result.value
}

function text({ context }: Guest, handle: QuickJSHandle): string {
  if (context.typeof(handle) !== 'string') throw new TypeError('not a text')
  return context.getString(handle)
}
