import type { Json, JsonObject } from '../api/types.ts'
import { isObject } from '../lib/json.ts'

export interface FilterRow {
  field: string
  operator: string
  value: Json
}

export interface FilterRows {
  mode: '$and' | '$or'
  rows: FilterRow[]
}

export const FILTER_OPERATORS: { value: string; label: string; unary?: boolean }[] = [
  { value: '$eq', label: 'is' },
  { value: '$ne', label: 'is not' },
  { value: '$gt', label: '>' },
  { value: '$gte', label: '≥' },
  { value: '$lt', label: '<' },
  { value: '$lte', label: '≤' },
  { value: '$includes', label: 'contains' },
  { value: '$in', label: 'is one of' },
  { value: '$empty', label: 'is empty', unary: true },
  { value: '$notEmpty', label: 'is not empty', unary: true },
]

const known = new Set(FILTER_OPERATORS.map(({ value }) => value))

function rowsOf(filter: JsonObject): FilterRow[] | undefined {
  const rows: FilterRow[] = []
  for (const [field, test] of Object.entries(filter)) {
    if (field.startsWith('$')) return undefined
    if (!isObject(test)) {
      rows.push({ field, operator: '$eq', value: test })
      continue
    }
    for (const [operator, value] of Object.entries(test)) {
      if (!known.has(operator)) return undefined
      rows.push({ field, operator, value })
    }
  }
  return rows
}

/** A filter as rows of field, operator and value; undefined when it is of a form that rows can't show. */
export function filterRows(filter: JsonObject): FilterRows | undefined {
  const names = Object.keys(filter)
  const mode = names.length === 1 && (names[0] === '$or' || names[0] === '$and') ? names[0] : undefined
  const parts = mode ? filter[mode] : [filter]
  if (!Array.isArray(parts)) return undefined
  const rows: FilterRow[] = []
  for (const part of parts) {
    const inner = isObject(part) ? rowsOf(part) : undefined
    if (!inner || (mode === '$or' && inner.length > 1)) return undefined
    rows.push(...inner)
  }
  return { mode: mode ?? '$and', rows }
}

export function rowsFilter({ mode, rows }: FilterRows): JsonObject {
  const parts = rows.map(({ field, operator, value }) => ({ [field]: { [operator]: value } }))
  return parts.length === 1 ? (parts[0] ?? {}) : { [mode]: parts }
}
