/** What the host calls. Each answers with text or nothing. */
export interface Harness {
  /** Starts the body of an async function with the members of the input as its variables. */
  start(code: string, input: string): void
  /** Empty while it runs; then a letter and what belongs to it: `o` output as JSON, `l` output too large, `e` error as JSON text, `m` out of
   *  memory. */
  settled(maxChars: number): string
  /** Runs the timer that is due next: `ran`, or `none` is there, or it is due after the `limitMs` of the run. */
  runTimer(limitMs: number): 'ran' | 'none' | 'late'
}

/** Made before the code of the run, from what it may change later; runs in the guest, so only what is inside is there. */
export function createHarness(runTimer: Harness['runTimer']): Harness {
  const { parse, stringify } = JSON
  const { keys } = Object
  const { min } = Math
  const text = String
  const find: (this: RegExp, text: string) => RegExpExecArray | null = RegExp.prototype.exec
  const apply = Function.prototype.call.bind(find) as (pattern: RegExp, text: string) => RegExpExecArray | null
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...texts: string[]
  ) => (...args: unknown[]) => unknown
  const slice = Function.prototype.call.bind(String.prototype.slice) as (
    text: string,
    from: number,
    to: number,
  ) => string
  const MAX_MESSAGE_CHARS = 4_000
  // The engine puts the parameters on two lines before the body.
  const LINES_BEFORE = 2
  let outcome = ''
  let lines = 1

  function describe(error: unknown): string {
    if (typeof error !== 'object' || error === null) return text(error)
    const { name, message, stack } = error as { name?: unknown; message?: unknown; stack?: unknown }
    if (message === 'out of memory') return ''
    const found = typeof stack === 'string' ? apply(/<input>:(\d+)/, stack) : null
    // What is missing at the end is noticed behind it.
    const line = found ? min(+found[1]! - LINES_BEFORE, lines) : 0
    const what = message === undefined && name === undefined ? stringify(error) : `${name}: ${message}`
    return line > 0 ? `${what} (line ${line})` : what
  }

  function fail(error: unknown): void {
    outcome = 'e""'
    try {
      const described = describe(error)
      // As JSON: text with U+0000 would be cut off there.
      outcome = described === '' ? 'm' : `e${stringify(slice(described, 0, MAX_MESSAGE_CHARS))}`
    } catch {
      outcome = 'e"The code threw something that can’t be shown."'
    }
  }

  function encode(value: unknown): string {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new TypeError(`The code returned a ${typeof value}, which has no JSON.`)
    return stringify(value) ?? 'null'
  }

  async function run(body: (...args: unknown[]) => unknown, args: unknown[]): Promise<void> {
    try {
      const value = await body(...args)
      outcome = `o${encode(value)}`
    } catch (error) {
      fail(error)
    }
  }

  return {
    start(code, input) {
      const inputs = parse(input) as Record<string, unknown>
      const names = keys(inputs)
      lines = code.split('\n').length
      try {
        const body = new AsyncFunction('inputs', ...names, `"use strict";${code}`)
        void run(body, [inputs, ...names.map((name) => inputs[name])])
      } catch (error) {
        fail(error)
      }
    },
    settled: (maxChars) => (outcome.length > maxChars + 1 ? 'l' : outcome),
    runTimer(limitMs) {
      try {
        return runTimer(limitMs)
      } catch (error) {
        if (outcome === '') fail(error)
        return 'ran'
      }
    },
  }
}
