import { isJsonObject, type Json, type JsonObject } from './core/json.ts'
import { isSameJson } from './expressions/index.ts'

type Test = (value: Json, operand: Json) => boolean

/** Negative, zero or positive as `a` sorts before, with or after `b`; undefined when they don't compare.
 *  Decimals and bigints travel as text, so a number compares with numeric text as numbers. */
function compare(a: Json, b: Json): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  const [left, right] = [toNumber(a), toNumber(b)]
  return left === undefined || right === undefined ? undefined : left - right
}

function toNumber(value: Json): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

function equal(a: Json, b: Json): boolean {
  return isSameJson(a, b) || compare(a, b) === 0
}

const list = (value: Json): Json[] => (Array.isArray(value) ? value : [value])
const empty: Test = (value) => value === null || value === '' || (Array.isArray(value) && value.length === 0)
const orderedBy =
  (holds: (order: number) => boolean): Test =>
  (value, operand) => {
    const order = compare(value, operand)
    return order !== undefined && holds(order)
  }
const within: Test = (value, operand) => list(operand).some((item) => equal(value, item))
const textTest =
  (holds: (text: string, part: string) => boolean): Test =>
  (value, operand) =>
    typeof value !== 'object' && typeof operand === 'string' && holds(String(value), operand)
const includes = textTest((text, part) => text.toLowerCase().includes(part.toLowerCase()))

/** SQL LIKE: `%` any text, `_` one character, `\` quotes. */
function likePattern(pattern: string, flags: string): RegExp {
  const source = pattern.replace(/\\([\s\S])|[%_]|[.*+?^${}()|[\]\\]/g, (part, quoted: string | undefined) =>
    quoted !== undefined
      ? RegExp.escape(quoted)
      : part === '%'
        ? '[\\s\\S]*?'
        : part === '_'
          ? '[\\s\\S]'
          : `\\${part}`,
  )
  return new RegExp(`^${source}$`, flags)
}

const day = (value: Json) => (typeof value === 'string' ? value.slice(0, 10) : null)

const OPERATORS: Record<string, Test> = {
  $eq: equal,
  $ne: (value, operand) => !equal(value, operand),
  $gt: orderedBy((order) => order > 0),
  $gte: orderedBy((order) => order >= 0),
  $lt: orderedBy((order) => order < 0),
  $lte: orderedBy((order) => order <= 0),
  $in: within,
  $notIn: (value, operand) => !within(value, operand),
  $between: (value, operand) =>
    Array.isArray(operand) &&
    operand.length === 2 &&
    orderedBy((order) => order >= 0)(value, operand[0]!) &&
    orderedBy((order) => order <= 0)(value, operand[1]!),
  $includes: includes,
  $notIncludes: (value, operand) => !includes(value, operand),
  $startsWith: textTest((text, part) => text.startsWith(part)),
  $endsWith: textTest((text, part) => text.endsWith(part)),
  $like: textTest((text, pattern) => likePattern(pattern, '').test(text)),
  $iLike: textTest((text, pattern) => likePattern(pattern, 'i').test(text)),
  $empty: (value, operand) => empty(value, null) === (operand !== false),
  $notEmpty: (value, operand) => empty(value, null) !== (operand !== false),
  $exists: (value, operand) => (value !== null) === (operand !== false),
  $anyOf: (value, operand) => list(value).some((item) => within(item, operand)),
  $noneOf: (value, operand) => !list(value).some((item) => within(item, operand)),
  $dateOn: (value, operand) => day(value) !== null && day(value) === day(operand),
  $dateBefore: (value, operand) => orderedBy((order) => order < 0)(day(value), day(operand)),
  $dateAfter: (value, operand) => orderedBy((order) => order > 0)(day(value), day(operand)),
}

/** Names of the comparison operators of a filter; `$and`, `$or` and `$not` combine. */
export const FILTER_OPERATORS: ReadonlySet<string> = new Set(Object.keys(OPERATORS))

/** The values at a dotted path; several when it leads through a list (a to-many association). */
function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  if (Array.isArray(value) && path.length > 0) return value.flatMap((item) => valuesAt(item, path))
  const [first, ...rest] = path
  if (first === undefined) return [value ?? null]
  return isJsonObject(value) ? valuesAt(value[first], rest) : [null]
}

function matchesField(value: Json, condition: Json): boolean {
  if (!isJsonObject(condition)) return equal(value, condition)
  return Object.entries(condition).every(([name, operand]) => {
    if (name === '$not') return !matchesField(value, operand)
    if (name.startsWith('$')) return OPERATORS[name]?.(value, operand) ?? false
    return valuesAt(value, name.split('.')).some((item) => matchesField(item, operand))
  })
}

/** Does a record in hand match a filter? Same language as the database's filters; an unknown operator matches nothing.
 *  Associations are seen as far as they are loaded. */
export function matchesFilter(record: Json, filter: JsonObject): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$and') return list(condition).every((part) => isJsonObject(part) && matchesFilter(record, part))
    if (name === '$or') return list(condition).some((part) => isJsonObject(part) && matchesFilter(record, part))
    if (name === '$not') return isJsonObject(condition) && !matchesFilter(record, condition)
    return valuesAt(record, name.split('.')).some((value) => matchesField(value, condition))
  })
}
