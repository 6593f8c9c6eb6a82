import { NodeError } from '../core/errors.ts'
import { type AssertPosition, isWordChar, type PatternNode, parsePattern } from './pattern-syntax.ts'

export const PATTERN_LIMITS = {
  maxLength: 500,
  /** Steps of the compiled pattern; `a{3}` counts thrice. */
  maxSteps: 1_000,
  /** Characters of the text that is looked through. */
  maxTextLength: 10_000,
} as const

type Instruction =
  | { kind: 'char'; test: (codePoint: number) => boolean }
  | { kind: 'assert'; at: AssertPosition }
  /** Goes on at all of these. */
  | { kind: 'jump'; to: number[] }
  | { kind: 'match' }

/** Compiles a regular expression to a test whose time is at most steps × characters, whatever the pattern: JavaScript's
 *  own backtracks, so that `(a+)+$` can hold the process for years. `(?i)` in front ignores case; `^` and `$` are the ends
 *  of the whole text; back references and look-around are refused.
 *  @throws SyntaxError with a sentence for the author; the test throws NodeError `expression_limit` on too long a text */
export function compilePattern(source: string): (text: string) => boolean {
  if (source.length > PATTERN_LIMITS.maxLength)
    throw new SyntaxError(`A pattern has ${PATTERN_LIMITS.maxLength} characters at most.`)
  const program = toProgram(parsePattern(source))
  return (text) => {
    if (text.length > PATTERN_LIMITS.maxTextLength)
      throw new NodeError(
        'expression_limit',
        `A text that is matched has ${PATTERN_LIMITS.maxTextLength} characters at most.`,
      )
    return matches(program, text)
  }
}

function toProgram(pattern: PatternNode): Instruction[] {
  const program: Instruction[] = []
  let emitted = 0

  function emit(node: PatternNode): void {
    // Counts nodes, not instructions: repeated empty groups have none.
    if (++emitted > 2 * PATTERN_LIMITS.maxSteps || program.length > PATTERN_LIMITS.maxSteps)
      throw new SyntaxError('The pattern is too large.')
    if (node.kind === 'char' || node.kind === 'assert') program.push(node)
    else if (node.kind === 'sequence') node.items.forEach(emit)
    else if (node.kind === 'choice') emitChoice(node.items)
    else emitRepeat(node)
  }

  function emitChoice(items: PatternNode[]): void {
    const starts = jump()
    const ends = items.map((item) => {
      starts.push(program.length)
      emit(item)
      return jump()
    })
    for (const end of ends) end.push(program.length)
  }

  function emitRepeat({ item, min, max }: PatternNode & { kind: 'repeat' }): void {
    for (let i = 0; i < min; i++) emit(item)
    const exits: number[][] = []
    const loop = program.length
    const optional = max === Infinity ? 1 : max - min
    for (let i = 0; i < optional; i++) {
      const next = jump()
      next.push(program.length)
      exits.push(next)
      emit(item)
    }
    if (max === Infinity) jump().push(loop)
    for (const exit of exits) exit.push(program.length)
  }

  /** Adds a jump whose targets are filled in by the caller. */
  function jump(): number[] {
    const to: number[] = []
    program.push({ kind: 'jump', to })
    return to
  }

  emit(pattern)
  program.push({ kind: 'match' })
  return program
}

// Thompson's simulation: all places of the program that the text read so far can lead to, kept as a set.
function matches(program: readonly Instruction[], text: string): boolean {
  /** The position for which an instruction was last entered. */
  const entered = new Int32Array(program.length).fill(-1)
  let current: number[] = []
  let previous: number | undefined
  for (let position = 0; ; ) {
    const code = text.codePointAt(position)
    // A match may begin anywhere.
    const pending = [...current, 0]
    const waiting: number[] = []
    while (pending.length > 0) {
      const at = pending.pop()!
      if (entered[at] === position) continue
      entered[at] = position
      const instruction = program[at]!
      if (instruction.kind === 'match') return true
      if (instruction.kind === 'char') waiting.push(at)
      else if (instruction.kind === 'jump') pending.push(...instruction.to)
      else if (holds(instruction.at, previous, code)) pending.push(at + 1)
    }
    if (code === undefined) return false
    current = []
    for (const at of waiting) if ((program[at] as { test(code: number): boolean }).test(code)) current.push(at + 1)
    previous = code
    position += code > 0xffff ? 2 : 1
  }
}

function holds(at: AssertPosition, previous: number | undefined, next: number | undefined): boolean {
  if (at === 'start') return previous === undefined
  if (at === 'end') return next === undefined
  const boundary = (previous !== undefined && isWordChar(previous)) !== (next !== undefined && isWordChar(next))
  return boundary === (at === 'boundary')
}
