import { isSameJson, type Json } from '@ensue/engine'
import { type RawBuilder, sql } from 'kysely'
import { compareNumbers } from './decimals.ts'
import type { ScalarType } from './definition.ts'
import { Fault, OPERAND_PARSERS, parseDay, SQL_TYPES } from './scalar-values.ts'
import { compareTexts, escapeLike, foldCase, isLike, isLikePattern } from './text-matching.ts'

type Kind = 'text' | 'choice' | 'number' | 'boolean' | 'day' | 'instant' | 'time' | 'uuid' | 'json' | 'list'
type Sql = RawBuilder<unknown>

/** One comparison: which fields have it, how its operand reads, and what it means in SQL and in memory, side by side.
 *  Both are two-valued: with an empty field a comparison is true or false, never unknown. */
interface Operator {
  kinds: readonly Kind[]
  /** @returns the checked operand, or why it is none */
  operand(type: ScalarType, value: unknown): unknown
  sql(column: Sql, operand: never, type: ScalarType): Sql
  /** `value` is not null. */
  test(value: Json, operand: never, type: ScalarType): boolean
  /** What the comparison is for an empty field; default: false. */
  whenNull?(operand: never): boolean
}

export const MAX_LIST = 1_000
const MAX_PATTERN = 256

const KINDS: Record<ScalarType, Kind> = {
  string: 'text',
  text: 'text',
  email: 'text',
  url: 'text',
  enum: 'choice',
  integer: 'number',
  bigint: 'number',
  decimal: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'day',
  datetime: 'instant',
  time: 'time',
  uuid: 'uuid',
  json: 'json',
  multiEnum: 'list',
}
const EVERY = [...new Set(Object.values(KINDS))]
const SCALAR = EVERY.filter((kind) => kind !== 'json' && kind !== 'list')
const ORDERED = SCALAR.filter((kind) => kind !== 'boolean')
const TEXT: Kind[] = ['text', 'choice']
const DAYS: Kind[] = ['day', 'instant']

function castOf(type: ScalarType): Sql {
  // An integer column is compared with any 64-bit number, which its index serves as well.
  return sql.raw(type === 'integer' ? 'bigint' : SQL_TYPES[type])
}
const bound = (value: unknown, type: ScalarType): Sql => sql`${value}::${castOf(type)}`
const boundList = (values: readonly unknown[], type: ScalarType): Sql => sql`${[...values]}::${castOf(type)}[]`

const one: Operator['operand'] = (type, value) =>
  value === null ? new Fault('must not be null.') : OPERAND_PARSERS[type](value)
const oneOrNull: Operator['operand'] = (type, value) => (value === null ? null : OPERAND_PARSERS[type](value))
const pair: Operator['operand'] = (type, value) => {
  if (!Array.isArray(value) || value.length !== 2) return new Fault('must be a list of two: from and to.')
  const both = value.map((item) => one(type, item))
  return both.find((item) => item instanceof Fault) ?? both
}
const list: Operator['operand'] = (type, value) => {
  if (!Array.isArray(value)) return new Fault('must be a list.')
  if (value.length > MAX_LIST) return new Fault(`must have at most ${MAX_LIST} items.`)
  const items = type === 'multiEnum' ? OPERAND_PARSERS.multiEnum(value) : value.map((item) => oneOrNull(type, item))
  return Array.isArray(items) ? (items.find((item) => item instanceof Fault) ?? items) : items
}
const flag: Operator['operand'] = (_, value) =>
  typeof value === 'boolean' ? value : new Fault('must be true or false.')
const pattern: Operator['operand'] = (_, value) => {
  const text = OPERAND_PARSERS.text(value)
  if (typeof text !== 'string') return text
  if (text.length > MAX_PATTERN) return new Fault(`must have at most ${MAX_PATTERN} characters.`)
  return isLikePattern(text) ? text : new Fault('must not end with a backslash.')
}
const part: Operator['operand'] = (_, value) => OPERAND_PARSERS.text(value)
const day: Operator['operand'] = (_, value) => parseDay(value)

function compare(a: Json, b: unknown, type: ScalarType): number {
  switch (KINDS[type]) {
    case 'number':
      return compareNumbers(a as number | string, b as number | string)
    case 'boolean':
      return Number(a) - Number(b)
    default:
      return compareTexts(String(a), String(b))
  }
}
function equals(value: Json, operand: unknown, type: ScalarType): boolean {
  if (type === 'json') return isSameJson(value, JSON.parse(operand as string))
  if (type !== 'multiEnum') return compare(value, operand, type) === 0
  const [left, right] = [new Set(value as Json[]), new Set(operand as Json[])]
  return left.size === right.size && left.isSubsetOf(right)
}

function equalSql(column: Sql, operand: unknown, type: ScalarType): Sql {
  if (operand === null) return sql`${column} is null`
  const value = bound(operand, type)
  return type === 'multiEnum' ? sql`(${column} @> ${value} and ${column} <@ ${value})` : sql`${column} = ${value}`
}

function inSql(column: Sql, operand: readonly unknown[], type: ScalarType): Sql {
  const values = operand.filter((item) => item !== null)
  const found = sql`${column} = any(${boundList(values, type)})`
  return values.length === operand.length ? found : sql`(${found} or ${column} is null)`
}

const not = (condition: Sql): Sql => sql`(${condition}) is not true`

function ordered(sign: '>' | '>=' | '<' | '<=', holds: (order: number) => boolean): Operator {
  return {
    kinds: ORDERED,
    operand: one,
    sql: (column, operand, type) => sql`${column} ${sql.raw(sign)} ${bound(operand, type)}`,
    test: (value, operand, type) => holds(compare(value, operand, type)),
  }
}

function like(toPattern: (operand: string) => string, operand: Operator['operand'], ignoreCase: boolean): Operator {
  const fold = ignoreCase ? foldCase : (text: string) => text
  return {
    kinds: TEXT,
    operand,
    sql: (column, text: string) =>
      ignoreCase ? sql`${column} ilike ${toPattern(text)}` : sql`${column} like ${toPattern(text)}`,
    test: (value, text: string) => isLike(fold(String(value)), fold(toPattern(text))),
  }
}

/** The opposite of an operator, true also where that one is false for want of a value. */
function opposite(operator: Operator): Operator {
  return {
    ...operator,
    sql: (column, operand, type) => not(operator.sql(column, operand, type)),
    test: (value, operand, type) => !operator.test(value, operand, type),
    whenNull: (operand) => !(operator.whenNull?.(operand) ?? false),
  }
}

/** An operator whose operand says whether it or its opposite is meant. */
function flagged(
  operator: Pick<Operator, 'kinds' | 'whenNull'> & {
    sql(column: Sql, type: ScalarType): Sql
    test(value: Json): boolean
  },
): Operator {
  return {
    kinds: operator.kinds,
    operand: flag,
    sql: (column, wanted: boolean, type) => (wanted ? operator.sql(column, type) : not(operator.sql(column, type))),
    test: (value, wanted: boolean) => operator.test(value) === wanted,
    whenNull: (wanted: boolean) => (operator.whenNull?.(wanted as never) ?? false) === wanted,
  }
}

const equal: Operator = {
  kinds: EVERY,
  operand: oneOrNull,
  sql: equalSql,
  test: (value, operand, type) => operand !== null && equals(value, operand, type),
  whenNull: (operand) => operand === null,
}
const within: Operator = {
  kinds: SCALAR,
  operand: list,
  sql: inSql,
  test: (value, operand: unknown[], type) => operand.some((item) => item !== null && equals(value, item, type)),
  whenNull: (operand: unknown[]) => operand.includes(null),
}
const between: Operator = {
  kinds: ORDERED,
  operand: pair,
  sql: (column, [from, to]: [unknown, unknown], type) =>
    sql`${column} between ${bound(from, type)} and ${bound(to, type)}`,
  test: (value, [from, to]: [unknown, unknown], type) =>
    compare(value, from, type) >= 0 && compare(value, to, type) <= 0,
}
const anyOf: Operator = {
  kinds: [...SCALAR, 'list'],
  operand: list,
  sql: (column, operand: unknown[], type) =>
    type === 'multiEnum' ? sql`${column} && ${bound(operand, type)}` : inSql(column, operand, type),
  test: (value, operand: unknown[], type) =>
    type === 'multiEnum'
      ? (value as Json[]).some((item) => operand.includes(item))
      : within.test(value, operand as never, type),
  whenNull: (operand: unknown[]) => operand.includes(null),
}
const includes = like((text) => `%${escapeLike(text)}%`, part, true)
const isEmptyValue = (value: Json) => value === '' || (Array.isArray(value) && value.length === 0)
const empty = flagged({
  kinds: EVERY,
  sql(column, type) {
    if (type === 'multiEnum') return sql`(${column} is null or ${column} = '{}')`
    if (type === 'json') return sql`(${column} is null or ${column} in ('""', '[]', 'null'))`
    return TEXT.includes(KINDS[type]) ? sql`(${column} is null or ${column} = '')` : sql`${column} is null`
  },
  test: isEmptyValue,
  whenNull: () => true,
})

const startOf = (text: string) => sql`${`${text}T00:00:00Z`}::timestamptz`
const afterDay = (text: string) => sql`(${startOf(text)} + interval '24 hours')`
const dayOf = (value: Json) => String(value).slice(0, 10)

const OPERATORS = {
  $eq: equal,
  $ne: opposite(equal),
  $gt: ordered('>', (order) => order > 0),
  $gte: ordered('>=', (order) => order >= 0),
  $lt: ordered('<', (order) => order < 0),
  $lte: ordered('<=', (order) => order <= 0),
  $in: within,
  $notIn: opposite(within),
  $between: between,
  $includes: includes,
  $notIncludes: opposite(includes),
  $startsWith: like((text) => `${escapeLike(text)}%`, part, false),
  $endsWith: like((text) => `%${escapeLike(text)}`, part, false),
  $like: like((text) => text, pattern, false),
  $iLike: like((text) => text, pattern, true),
  $empty: empty,
  $notEmpty: opposite(empty),
  $exists: flagged({
    kinds: EVERY,
    sql: (column) => sql`${column} is not null`,
    test: () => true,
    whenNull: () => false,
  }),
  $anyOf: anyOf,
  $noneOf: opposite(anyOf),
  $dateOn: {
    kinds: DAYS,
    operand: day,
    sql: (column, text: string, type) =>
      type === 'date'
        ? sql`${column} = ${text}::date`
        : sql`(${column} >= ${startOf(text)} and ${column} < ${afterDay(text)})`,
    test: (value, text: string) => dayOf(value) === text,
  },
  $dateBefore: {
    kinds: DAYS,
    operand: day,
    sql: (column, text: string, type) => sql`${column} < ${type === 'date' ? sql`${text}::date` : startOf(text)}`,
    test: (value, text: string) => dayOf(value) < text,
  },
  $dateAfter: {
    kinds: DAYS,
    operand: day,
    sql: (column, text: string, type) =>
      type === 'date' ? sql`${column} > ${text}::date` : sql`${column} >= ${afterDay(text)}`,
    test: (value, text: string) => dayOf(value) > text,
  },
} satisfies Record<string, Operator>

export type OperatorName = keyof typeof OPERATORS

export function isOperator(name: string): name is OperatorName {
  return Object.hasOwn(OPERATORS, name)
}

/** @returns the checked operand, or why the operator can't be used like this */
export function parseOperand(name: OperatorName, type: ScalarType, value: unknown): unknown {
  const operator: Operator = OPERATORS[name]
  if (!operator.kinds.includes(KINDS[type])) return new Fault(`can not be used on a field of type ${type}.`)
  return operator.operand(type, value)
}

export function operatorSql(name: OperatorName, column: Sql, operand: unknown, type: ScalarType): Sql {
  const operator: Operator = OPERATORS[name]
  return operator.sql(column, operand as never, type)
}

export function testOperator(name: OperatorName, value: Json, operand: unknown, type: ScalarType): boolean {
  const operator: Operator = OPERATORS[name]
  if (value === null) return operator.whenNull?.(operand as never) ?? false
  return operator.test(value, operand as never, type)
}
