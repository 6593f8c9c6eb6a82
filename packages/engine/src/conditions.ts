import { z } from 'zod'
import { NodeError } from './core/errors.ts'
import type { Json } from './core/json.ts'
import { compilePattern } from './expressions/pattern.ts'
import { isSameJson, toText } from './expressions/values.ts'

export const CONDITION_LIMITS = { maxDepth: 16, maxConditions: 200 } as const

export const OPERATORS = [
  'equals',
  'notEquals',
  'gt',
  'gte',
  'lt',
  'lte',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'in',
  'empty',
  'notEmpty',
  'matches',
  'before',
  'after',
  'isTrue',
  'isFalse',
] as const
export type Operator = (typeof OPERATORS)[number]

export interface Condition {
  /** Templates in a definition, values when evaluated. */
  left: Json
  operator: Operator
  /** Not looked at by `empty`, `notEmpty`, `isTrue` and `isFalse`. */
  right?: Json
}

/** `all` of nothing is true, `any` of nothing is false. */
export type ConditionGroup = { all: (Condition | ConditionGroup)[] } | { any: (Condition | ConditionGroup)[] }

const json: z.ZodType<Json> = z.json()
const conditionSchema = z.strictObject({
  left: json,
  operator: z.enum(OPERATORS),
  right: json.optional(),
}) as z.ZodType<Condition>
const itemSchema = z.lazy(() => z.union([conditionSchema, groupSchema]))
const groupSchema: z.ZodType<ConditionGroup> = z.union([
  z.strictObject({ all: z.array(itemSchema) }),
  z.strictObject({ any: z.array(itemSchema) }),
])

/** A group of conditions as it stands in a definition; patterns that hold no expression are checked. */
export const conditionGroupSchema: z.ZodType<ConditionGroup> = groupSchema.superRefine((group, context) => {
  let count = 0
  const check = (item: Condition | ConditionGroup, path: (string | number)[], depth: number): void => {
    if ('operator' in item) {
      count++
      const problem = findPatternProblem(item)
      if (problem) context.addIssue({ code: 'custom', message: problem, path: [...path, 'right'] })
      return
    }
    if (depth > CONDITION_LIMITS.maxDepth) {
      const message = `Groups are ${CONDITION_LIMITS.maxDepth} levels deep at most.`
      context.addIssue({ code: 'custom', message, path })
      return
    }
    const name = 'all' in item ? 'all' : 'any'
    itemsOf(item).forEach((one, i) => {
      check(one, [...path, name, i], depth + 1)
    })
  }
  check(group, [], 1)
  if (count > CONDITION_LIMITS.maxConditions)
    context.addIssue({ code: 'custom', message: `There are ${CONDITION_LIMITS.maxConditions} conditions at most.` })
})

function itemsOf(group: ConditionGroup): (Condition | ConditionGroup)[] {
  return 'all' in group ? group.all : group.any
}

function findPatternProblem({ operator, right }: Condition): string | undefined {
  if (operator !== 'matches' || typeof right !== 'string' || right.includes('{{')) return undefined
  try {
    compilePattern(right)
    return undefined
  } catch (error) {
    return (error as SyntaxError).message
  }
}

/** Decides a group whose templates are resolved. Values of the wrong type or null make a comparison false (and its
 *  negation true), never an error; numbers and dates may come as text.
 *  @throws NodeError `expression_invalid` on a pattern that can't be read, `expression_limit` on too long a text for one */
export function evaluateConditions(group: ConditionGroup): boolean {
  const decide = (item: Condition | ConditionGroup): boolean =>
    'operator' in item ? evaluateCondition(item) : evaluateConditions(item)
  return 'all' in group ? group.all.every(decide) : group.any.some(decide)
}

export function evaluateCondition({ left, operator, right = null }: Condition): boolean {
  switch (operator) {
    case 'equals':
      return isEqual(left, right)
    case 'notEquals':
      return !isEqual(left, right)
    case 'gt':
      return compare(left, right) > 0
    case 'gte':
      return compare(left, right) >= 0
    case 'lt':
      return compare(left, right) < 0
    case 'lte':
      return compare(left, right) <= 0
    case 'contains':
      return contains(left, right)
    case 'notContains':
      return !contains(left, right)
    case 'startsWith':
      return isText(left) && isText(right) && toText(left).startsWith(toText(right))
    case 'endsWith':
      return isText(left) && isText(right) && toText(left).endsWith(toText(right))
    case 'in':
      return Array.isArray(right) ? right.some((item) => isEqual(left, item)) : isEqual(left, right)
    case 'empty':
      return isEmpty(left)
    case 'notEmpty':
      return !isEmpty(left)
    case 'matches':
      return isText(left) && isText(right) && findPattern(toText(right))(toText(left))
    case 'before':
      return toInstant(left) < toInstant(right)
    case 'after':
      return toInstant(left) > toInstant(right)
    case 'isTrue':
      return left === true || left === 1 || left === 'true' || left === '1'
    case 'isFalse':
      return left === false || left === 0 || left === 'false' || left === '0'
  }
}

// Two texts are equal only when they are the same (`007` isn't `7`); a number equals its text, as decimals arrive as text.
function isEqual(left: Json, right: Json): boolean {
  if (typeof left === 'number' && typeof right === 'string') return left === toNumber(right)
  if (typeof left === 'string' && typeof right === 'number') return toNumber(left) === right
  return isSameJson(left, right)
}

/** Negative, 0 or positive; NaN, which every comparison denies, when there is no order. */
function compare(left: Json, right: Json): number {
  const difference = toNumber(left) - toNumber(right)
  if (!Number.isNaN(difference) || typeof left !== 'string' || typeof right !== 'string') return difference
  return left < right ? -1 : left > right ? 1 : 0
}

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i

function toNumber(value: Json): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : Number.NaN
}

function isText(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function contains(left: Json, right: Json): boolean {
  if (Array.isArray(left)) return left.some((item) => isEqual(item, right))
  return isText(left) && isText(right) && toText(left).includes(toText(right))
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/i

// Milliseconds, or an ISO date or time, also in PostgreSQL's spelling. Without a zone it is UTC, whatever this machine's is.
function toInstant(value: Json): number {
  if (typeof value === 'number') return value
  const found = typeof value === 'string' ? INSTANT.exec(value) : null
  if (!found) return Number.NaN
  const [, date, time = '00:00', zone = 'Z'] = found
  const offset = zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  return Date.parse(`${date}T${time}${offset.toUpperCase()}`)
}

// A definition has few patterns, but each is used in every run.
const patterns = new Map<string, (text: string) => boolean>()

function findPattern(source: string): (text: string) => boolean {
  let pattern = patterns.get(source)
  if (pattern) return pattern
  try {
    pattern = compilePattern(source)
  } catch (error) {
    throw new NodeError('expression_invalid', (error as SyntaxError).message)
  }
  if (patterns.size >= 1_000) patterns.clear()
  patterns.set(source, pattern)
  return pattern
}
