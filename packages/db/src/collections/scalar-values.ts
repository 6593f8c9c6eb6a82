import { findUnstorable, isStorableText, isUuid } from '@ensue/engine/core'

/** A value that a field does not take; `message` completes the sentence "<field> …". */
export class Fault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/** Checks a JSON value and turns it into what is bound to a statement; the same form comes back when the record is read,
 *  except for json (text) and decimals. Null is the caller's business. */
export type Parse = (value: unknown) => unknown

const text: Parse = (value) => {
  if (typeof value !== 'string') return new Fault('must be text.')
  return isStorableText(value)
    ? value
    : new Fault('has characters that can not be stored (U+0000 or half a surrogate pair).')
}

// One dot-separated part after the other, so that matching takes linear time.
const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)*$/
const email: Parse = (value) => {
  const parsed = text(value)
  if (typeof parsed !== 'string') return parsed
  return parsed.length <= 254 && EMAIL.test(parsed) ? parsed : new Fault('must be an e-mail address.')
}

// What a browser may be sent to: a stored `javascript:` link would run in the reader's session.
const URL_SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const url: Parse = (value) => {
  const parsed = text(value)
  if (typeof parsed !== 'string') return parsed
  const known = parsed.length <= 8_000 && URL.parse(parsed)
  return known && URL_SCHEMES.has(known.protocol) ? parsed : new Fault('must be a URL (http, https, mailto or tel).')
}

const MAX_INTEGER = 2_147_483_647
const integer: Parse = (value) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return new Fault('must be a whole number.')
  return value >= -MAX_INTEGER - 1 && value <= MAX_INTEGER
    ? value
    : new Fault('must be between -2147483648 and 2147483647; use the type bigint for more.')
}

const MAX_BIGINT = 9_223_372_036_854_775_807n
const bigint: Parse = (value) => {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value : new Fault('must be a whole number; give large ones as text.')
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return new Fault('must be a whole number.')
  const parsed = BigInt(value)
  if (parsed > MAX_BIGINT || parsed < -MAX_BIGINT - 1n) return new Fault('must fit into 64 bits.')
  return parsed.toString()
}

const decimal: Parse = (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : new Fault('must be a number.')
  return typeof value === 'string' && value.length <= 1_000 && /^-?\d+(?:\.\d+)?$/.test(value)
    ? value
    : new Fault('must be a number, or a decimal as text like "12.50".')
}

const float: Parse = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : new Fault('must be a number.')

const boolean: Parse = (value) => (typeof value === 'boolean' ? value : new Fault('must be true or false.'))

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
function isCalendarDay(day: string): boolean {
  if (!DATE.test(day) || day < '0001') return false
  // Date rolls 30 February over to March, so the text must come back as it went in.
  const instant = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 10) === day
}
const date: Parse = (value) =>
  typeof value === 'string' && isCalendarDay(value) ? value : new Fault('must be a date like "2030-01-31".')

const DATETIME =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const datetime: Parse = (value) => {
  const match = typeof value === 'string' ? DATETIME.exec(value) : null
  if (match && isCalendarDay(match[1]!)) {
    const instant = new Date(value as string)
    if (!Number.isNaN(instant.getTime())) {
      const iso = instant.toISOString()
      // The offset may have carried it out of the years that four digits hold.
      if (iso.length === 24 && iso >= '0001') return iso
    }
  }
  return new Fault('must be an instant with its offset, like "2030-01-31T09:30:00Z".')
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?$/
const time: Parse = (value) => {
  const match = typeof value === 'string' ? TIME.exec(value) : null
  if (!match) return new Fault('must be a time of day like "09:30" or "09:30:15.250".')
  const fraction = (match[4] ?? '').replace(/0+$/, '')
  return `${match[1]}:${match[2]}:${match[3] ?? '00'}${fraction === '' ? '' : `.${fraction}`}`
}

const JSON_FAULTS = { depth: 'is nested too deeply', text: 'has text that can not be stored', type: 'is not JSON' }
const json: Parse = (value) => {
  const found = findUnstorable(value)
  if (!found) return JSON.stringify(value)
  return new Fault(
    `${JSON_FAULTS[found.reason]}${found.reason === 'depth' || found.path === '' ? '' : ` at ${found.path}`}.`,
  )
}

const uuid: Parse = (value) =>
  typeof value === 'string' && isUuid(value) ? value.toLowerCase() : new Fault('must be a UUID.')

const texts: Parse = (value) => {
  if (!Array.isArray(value)) return new Fault('must be a list of texts.')
  return value.every((item) => typeof text(item) === 'string')
    ? [...new Set(value)]
    : new Fault('must be a list of texts.')
}

/** By field type, without the field's own limits. */
export const PARSERS = {
  string: text,
  text,
  email,
  url,
  integer,
  bigint,
  decimal,
  float,
  boolean,
  date,
  datetime,
  time,
  json,
  uuid,
  enum: text,
  multiEnum: texts,
}

/** For filters: what a record's value may be compared with; wider than what the field stores. */
export const OPERAND_PARSERS: Record<keyof typeof PARSERS, Parse> = {
  ...PARSERS,
  email: text,
  url: text,
  integer: bigint,
  datetime: (value) => datetime(typeof value === 'string' && DATE.test(value) ? `${value}T00:00:00Z` : value),
}

/** Types of the columns and of the parameters compared with them. */
export const SQL_TYPES: Record<keyof typeof PARSERS, string> = {
  string: 'text',
  text: 'text',
  email: 'text',
  url: 'text',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  // Milliseconds are what the wire carries: more would make a record differ from its own copy.
  datetime: 'timestamptz(3)',
  time: 'time(3)',
  json: 'jsonb',
  uuid: 'uuid',
  enum: 'text',
  multiEnum: 'text[]',
}

/** A UTC day of a date or an instant, `YYYY-MM-DD`. */
export function parseDay(value: unknown): string | Fault {
  const parsed = OPERAND_PARSERS.datetime(value)
  return typeof parsed === 'string' ? parsed.slice(0, 10) : new Fault('must be a date like "2030-01-31".')
}
