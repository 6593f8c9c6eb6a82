interface Exact {
  digits: bigint
  scale: number
}

const NUMBER = /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i

function parse(value: number | string): Exact | undefined {
  const match = NUMBER.exec(String(value))
  if (!match || (match[2] === '' && !match[3])) return undefined
  const fraction = match[3] ?? ''
  const digits = BigInt(`${match[1]}${match[2]}${fraction}`)
  const scale = fraction.length - Number(match[4] ?? 0)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`; exact for texts of any length.
 *  @returns NaN when one is no number */
export function compareNumbers(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [parse(a), parse(b)]
  if (!left || !right) return Number.NaN
  const scale = Math.max(left.scale, right.scale)
  const difference = left.digits * 10n ** BigInt(scale - left.scale) - right.digits * 10n ** BigInt(scale - right.scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** How a decimal travels: as a number when JSON writes that number as the very same decimal, else as text.
 *  So `10.50` is 10.5, and `0.10000000000000000001` stays text. Takes what PostgreSQL writes for `numeric`. */
export function toWireDecimal(text: string): number | string | null {
  // Only plain SQL can have put it there, and JSON has no word for it.
  if (text === 'NaN' || text.endsWith('Infinity')) return null
  const value = Number(text)
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return text
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return String(value) === short ? value : text
}
