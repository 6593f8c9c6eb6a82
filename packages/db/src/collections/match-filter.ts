import { isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'
import type { Filter } from './filter.ts'
import { testOperator } from './filter-operators.ts'
import type { Column } from './resolved-collection.ts'

/** A record that has nothing at all: what a to-one association without a record is compared as. */
const NOTHING: JsonObject = {}

/** Does a record in wire form match? The same answer that SQL gives, for its own fields and the associations loaded in it.
 *  @returns undefined when that hangs on an association that is not loaded: ask the database */
export function matchesFilter(filter: Filter, record: JsonObject): boolean | undefined {
  switch (filter.kind) {
    case 'and':
      return every(filter.of.map((part) => matchesFilter(part, record)))
    case 'or':
      return negate(every(filter.of.map((part) => negate(matchesFilter(part, record)))))
    case 'not':
      return negate(matchesFilter(filter.of, record))
    case 'test': {
      const { column, operator, operand } = filter
      return testOperator(operator, columnValue(record, column), operand, column.type)
    }
    case 'related':
      return matchesRelated(filter, record)
    case 'linked':
      return matchesLinked(filter, record)
  }
}

/** Is the filter true of a record whose every field is empty and that is related to nothing? */
export function matchesNothing(filter: Filter): boolean {
  return matchesFilter(filter, NOTHING) === true
}

function columnValue(record: JsonObject, { name, system }: Column): Json {
  const value = record[name] ?? null
  // `createdBy` is a column and an association; loaded, the record stands in the place of its id.
  return system && isJsonObject(value) ? (value.id ?? null) : value
}

/** The related records, or undefined when they are not loaded. */
function loaded(record: JsonObject, name: string): Json[] | undefined {
  if (record === NOTHING) return []
  const value = record[name]
  if (value === undefined) return undefined
  return Array.isArray(value) ? value : value === null ? [] : [value]
}

function matchesRelated(
  { association, of }: Extract<Filter, { kind: 'related' }>,
  record: JsonObject,
): boolean | undefined {
  const related = loaded(record, association.name)
  if (!related?.every(isJsonObject)) return undefined
  if (related.length === 0 && !association.toMany) return matchesFilter(of, NOTHING)
  return negate(every(related.map((item) => negate(matchesFilter(of, item)))))
}

function matchesLinked(
  { association, ids }: Extract<Filter, { kind: 'linked' }>,
  record: JsonObject,
): boolean | undefined {
  const { type, foreignKey, name } = association
  const key = type === 'belongsTo' ? record[foreignKey] : undefined
  const related = key === undefined || isJsonObject(key) ? loaded(record, name) : key === null ? [] : [key]
  if (!related) return undefined
  if (ids === null) return related.length > 0
  const wanted = new Set(ids.map(String))
  return related.some((item) => wanted.has(String(isJsonObject(item) ? item.id : item)))
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value
}

function every(values: (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false
  return values.includes(undefined) ? undefined : true
}
