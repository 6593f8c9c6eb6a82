import jsonata from 'jsonata'
import { freezeFunctions } from './freeze-functions.ts'
import { type RunnerRequest, type RunOutcome, SANDBOX_LIMITS } from './protocol.ts'

/** Evaluations that may be open at once: what recursion without an end is stopped by, before the stack or the memory is. */
const MAX_STACK = 5_000
const MAX_SEQUENCE = 1_000_000
const MAX_COMPILED = 500
/** Over its bounds: stack, time, length of a sequence. */
const LIMIT_CODES = new Set(['D1011', 'D1012', 'D2014', 'D2015'])

/** The transform operator, or what may make one. It can write into what belongs to the compiled expression. */
const TRANSFORMS = /\||\$eval/

const compiled = new Map<string, jsonata.Expression>()

await freezeFunctions()

/** Evaluates JSONata in this process: an interpreter that knows nothing but its bindings. What it does not stop by itself, a
 *  regular expression or a built-in function, is stopped by the death of the process. */
export async function evaluateExpression({
  source,
  input,
  timeoutMs,
}: Extract<RunnerRequest, { kind: 'expression' }>): Promise<RunOutcome> {
  try {
    const { $: document, ...bindings } = JSON.parse(input) as Record<string, unknown>
    const result: unknown = await compile(source, timeoutMs).evaluate(document, bindings)
    return toOutcome(result)
  } catch (error) {
    // JSONata throws plain objects.
    const { code, message } = (error ?? {}) as { code?: string; message?: string }
    const limit = LIMIT_CODES.has(code ?? '') || error instanceof RangeError
    return fault(limit ? 'expression_limit' : 'expression_failed', String(message ?? 'the evaluation failed'))
  }
}

function compile(source: string, timeoutMs: number): jsonata.Expression {
  const known = compiled.get(source)
  if (known) return known
  const expression = jsonata(source, { timeout: timeoutMs, stack: MAX_STACK, sequence: MAX_SEQUENCE })
  if (TRANSFORMS.test(source)) return expression
  if (compiled.size >= MAX_COMPILED) compiled.delete(compiled.keys().next().value!)
  compiled.set(source, expression)
  return expression
}

function toOutcome(result: unknown): RunOutcome {
  if (isFunction(result)) return fault('expression_failed', 'the result is a function')
  if (typeof result === 'number' && !Number.isFinite(result))
    return fault('expression_failed', 'the result is not a finite number')
  const output = JSON.stringify(result, (_, value: unknown) => (isFunction(value) ? undefined : value)) as
    | string
    | undefined
  if (output === undefined) return {}
  return Buffer.byteLength(output) > SANDBOX_LIMITS.maxOutputBytes
    ? fault('expression_limit', `the result is larger than ${SANDBOX_LIMITS.maxOutputBytes} bytes`)
    : { output }
}

function isFunction(value: unknown): boolean {
  return (
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value))
  )
}

function fault(code: 'expression_failed' | 'expression_limit', message: string): RunOutcome {
  return { fault: { code, message: message.slice(0, SANDBOX_LIMITS.maxMessageChars) } }
}
