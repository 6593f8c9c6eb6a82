import { SignatureRefusal, type SignedRequest } from './verdict.ts'

const MAX_HEADER_CHARS = 4_096

function valuesOf({ headers }: SignedRequest, name: string): readonly string[] {
  const values = Object.hasOwn(headers, name) ? headers[name] : undefined
  return Array.isArray(values) ? values : []
}

export function hasHeader(request: SignedRequest, name: string): boolean {
  return valuesOf(request, name).length > 0
}

/** The one value of a header. Which of two counts would be a guess, so two are refused. */
export function oneHeader(request: SignedRequest, name: string): string {
  return one(valuesOf(request, name), `The header ${name}`)
}

/** The one value of a query parameter. */
export function oneQuery({ query }: SignedRequest, name: string): string {
  return one(query.getAll(name), `The query parameter ${name}`)
}

function one(values: readonly string[], what: string): string {
  const [value] = values
  if (values.length > 1) throw new SignatureRefusal('signature_duplicate', `${what} is there ${values.length} times.`)
  if (!value) throw new SignatureRefusal('signature_missing', `${what} is missing.`)
  if (value.length > MAX_HEADER_CHARS) throw new SignatureRefusal('signature_malformed', `${what} is too long.`)
  return value
}

/** A delivery id that isn't signed. What doesn't look like one is none. */
export function unsignedId(request: SignedRequest, name: string): string | undefined {
  const [value, ...more] = valuesOf(request, name)
  return more.length === 0 && isId(value) ? value : undefined
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value)
}

const UNITS = {
  seconds: { perSecond: 1, pattern: /^\d{1,12}$/ },
  milliseconds: { perSecond: 1_000, pattern: /^\d{1,15}$/ },
} as const

/** Refuses a time that is no plain number, or too far from now in either direction. */
export function checkTime(
  text: string,
  nowMs: number,
  toleranceSeconds: number,
  unit: keyof typeof UNITS = 'seconds',
): void {
  const { pattern, perSecond } = UNITS[unit]
  if (!pattern.test(text)) throw new SignatureRefusal('timestamp_invalid', `The signed time is no number of ${unit}.`)
  const ageSeconds = Math.floor(nowMs / 1_000) - Math.floor(Number(text) / perSecond)
  if (ageSeconds > toleranceSeconds)
    throw new SignatureRefusal('timestamp_stale', `The signed time is more than ${toleranceSeconds} s ago.`)
  if (ageSeconds < -toleranceSeconds)
    throw new SignatureRefusal('timestamp_future', `The signed time is more than ${toleranceSeconds} s ahead.`)
}

/** A member of a JSON object; undefined for any other body. */
export function jsonBody(body: Buffer): Record<string, unknown> | undefined {
  if (body[0] !== 0x7b) return undefined
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>
  } catch {
    return undefined
  }
}
