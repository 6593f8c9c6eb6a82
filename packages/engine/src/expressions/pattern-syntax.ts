/** Ends of the text, or between and inside words. */
export type AssertPosition = 'start' | 'end' | 'boundary' | 'inside'

type Test = (codePoint: number) => boolean

/** A regular expression as a tree. */
export type PatternNode =
  | { kind: 'char'; test: Test }
  | { kind: 'sequence'; items: PatternNode[] }
  | { kind: 'choice'; items: PatternNode[] }
  | { kind: 'repeat'; item: PatternNode; min: number; max: number }
  | { kind: 'assert'; at: AssertPosition }

const CONTROLS: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', '0': '\0' }
const LINE_ENDS = new Set(['\n', '\r', '\u2028', '\u2029'].map((char) => char.charCodeAt(0)))

const isDigit: Test = (code) => code >= 48 && code <= 57
export const isWordChar: Test = (code) =>
  isDigit(code) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
const isSpace: Test = (code) => /\s/.test(String.fromCodePoint(code))
const CLASSES: Record<string, Test> = { d: isDigit, w: isWordChar, s: isSpace }
for (const [name, test] of Object.entries(CLASSES)) CLASSES[name.toUpperCase()] = (code) => !test(code)

/** Parses the regular part of JavaScript's patterns: no back references, no look-around.
 *  @throws SyntaxError with a sentence for the author */
export function parsePattern(source: string): PatternNode {
  const ignoreCase = source.startsWith('(?i)')
  const chars = [...(ignoreCase ? source.slice(4) : source)]
  let position = 0

  function parseChoice(depth: number): PatternNode {
    if (depth > 50) throw new SyntaxError('The pattern is nested too deeply.')
    const items = [parseSequence(depth)]
    while (take('|')) items.push(parseSequence(depth))
    return items.length === 1 ? items[0]! : { kind: 'choice', items }
  }

  function parseSequence(depth: number): PatternNode {
    const items: PatternNode[] = []
    while (position < chars.length && chars[position] !== '|' && chars[position] !== ')')
      items.push(parseRepeat(parseAtom(depth)))
    return { kind: 'sequence', items }
  }

  function parseRepeat(item: PatternNode): PatternNode {
    const bounds = take('*') ? [0, Infinity] : take('+') ? [1, Infinity] : take('?') ? [0, 1] : parseBounds()
    if (!bounds) return item
    // Lazy or not makes no difference to whether there is a match.
    take('?')
    if ('*+?'.includes(chars[position] ?? '.'))
      throw new SyntaxError('The pattern has a quantifier without anything before it.')
    return { kind: 'repeat', item, min: bounds[0]!, max: bounds[1]! }
  }

  function parseBounds(): [number, number] | undefined {
    const found = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(chars.slice(position, position + 12).join(''))
    if (!found) return undefined
    position += found[0].length
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === undefined ? Infinity : Number(found[3])
    if (max < min) throw new SyntaxError('The pattern has a quantifier whose bounds are out of order.')
    return [min, max]
  }

  function parseAtom(depth: number): PatternNode {
    const char = chars[position++]!
    switch (char) {
      case '(': {
        if (take('?') && !take(':'))
          throw new SyntaxError('A pattern may have only plain groups and (?:…): no look-around, no names.')
        const group = parseChoice(depth + 1)
        if (!take(')')) throw new SyntaxError('The pattern has a ( without ).')
        return group
      }
      case '[':
        return toChar(parseClass())
      case '.':
        return toChar((code) => !LINE_ENDS.has(code))
      case '^':
        return { kind: 'assert', at: 'start' }
      case '$':
        return { kind: 'assert', at: 'end' }
      case '*':
      case '+':
      case '?':
        throw new SyntaxError('The pattern has a quantifier without anything before it.')
      case '\\':
        if (take('b')) return { kind: 'assert', at: 'boundary' }
        if (take('B')) return { kind: 'assert', at: 'inside' }
        return toChar(toTest(parseEscape()))
      default:
        return toChar(toTest(char))
    }
  }

  /** A class like `\d`, or the one character that is meant. */
  function parseEscape(): string | Test {
    const char = chars[position++]
    if (char === undefined) throw new SyntaxError('The pattern ends with a backslash.')
    if (Object.hasOwn(CLASSES, char)) return CLASSES[char]!
    if (Object.hasOwn(CONTROLS, char)) return CONTROLS[char]!
    const digits = char === 'x' ? 2 : char === 'u' ? 4 : 0
    const hex = chars.slice(position, position + digits).join('')
    if (digits > 0 && hex.length === digits && /^[0-9a-f]+$/i.test(hex)) {
      position += digits
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    if (/[\p{L}\p{N}]/u.test(char)) throw new SyntaxError(`A pattern may not have \\${char}.`)
    return char
  }

  function parseClass(): Test {
    const negated = take('^')
    const tests: Test[] = []
    while (!take(']')) {
      const from = parseMember()
      if (
        typeof from === 'string' &&
        chars[position] === '-' &&
        position + 1 < chars.length &&
        chars[position + 1] !== ']'
      ) {
        position++
        const to = parseMember()
        if (typeof to !== 'string' || to.codePointAt(0)! < from.codePointAt(0)!)
          throw new SyntaxError('The pattern has a range that is out of order.')
        const [low, high] = [from.codePointAt(0)!, to.codePointAt(0)!]
        tests.push(withCase((code) => code >= low && code <= high))
      } else {
        tests.push(toTest(from))
      }
    }
    return (code) => tests.some((test) => test(code)) !== negated
  }

  function parseMember(): string | Test {
    const char = chars[position++]
    if (char === undefined) throw new SyntaxError('The pattern has a [ without ].')
    if (char !== '\\') return char
    return take('b') ? '\b' : parseEscape()
  }

  function toTest(member: string | Test): Test {
    if (typeof member !== 'string') return member
    const wanted = member.codePointAt(0)!
    return withCase((code) => code === wanted)
  }

  function withCase(test: Test): Test {
    if (!ignoreCase) return test
    return (code) => {
      const char = String.fromCodePoint(code)
      return test(code) || test(char.toLowerCase().codePointAt(0)!) || test(char.toUpperCase().codePointAt(0)!)
    }
  }

  function take(char: string): boolean {
    if (chars[position] !== char) return false
    position++
    return true
  }

  const tree = parseChoice(0)
  if (position < chars.length) throw new SyntaxError('The pattern has a ) without (.')
  return tree
}

function toChar(test: Test): PatternNode {
  return { kind: 'char', test }
}
