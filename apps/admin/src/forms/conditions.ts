import type { Json, JsonObject } from '../api/types.ts'
import { isObject } from '../lib/json.ts'

export const OPERATORS: { value: string; label: string; unary?: boolean }[] = [
  { value: 'equals', label: 'equals' },
  { value: 'notEquals', label: 'does not equal' },
  { value: 'gt', label: '>' },
  { value: 'gte', label: '≥' },
  { value: 'lt', label: '<' },
  { value: 'lte', label: '≤' },
  { value: 'contains', label: 'contains' },
  { value: 'notContains', label: 'does not contain' },
  { value: 'startsWith', label: 'starts with' },
  { value: 'endsWith', label: 'ends with' },
  { value: 'in', label: 'is one of' },
  { value: 'matches', label: 'matches' },
  { value: 'before', label: 'is before' },
  { value: 'after', label: 'is after' },
  { value: 'empty', label: 'is empty', unary: true },
  { value: 'notEmpty', label: 'is not empty', unary: true },
  { value: 'isTrue', label: 'is true', unary: true },
  { value: 'isFalse', label: 'is false', unary: true },
]

export function isUnary(operator: string): boolean {
  return OPERATORS.find(({ value }) => value === operator)?.unary === true
}

export interface Group {
  mode: 'all' | 'any'
  items: JsonObject[]
}

export function readGroup(value: Json | undefined): Group {
  if (!isObject(value)) return { mode: 'all', items: [] }
  const mode = Array.isArray(value.any) ? 'any' : 'all'
  const list = value[mode]
  return { mode, items: Array.isArray(list) ? list.filter(isObject) : [] }
}

export function writeGroup({ mode, items }: Group): JsonObject {
  return { [mode]: items }
}

export function isGroup(item: JsonObject): boolean {
  return item.all !== undefined || item.any !== undefined
}

export const newCondition = (): JsonObject => ({ left: '', operator: 'equals', right: '' })

/** The condition with another operator; the right side goes when it has no meaning. */
export function withOperator(item: JsonObject, operator: string): JsonObject {
  const { right, ...rest } = item
  return isUnary(operator) ? { ...rest, operator } : { ...rest, operator, right: right ?? '' }
}
