import { isJsonObject } from '@ensue/engine/core'
import { isOperator, MAX_LIST, type OperatorName, parseOperand } from './filter-operators.ts'
import type { Association, Column, ResolvedCollection } from './resolved-collection.ts'
import { Fault } from './scalar-values.ts'
import { type Id, invalid, isId, parseId } from './values.ts'

/** A filter checked against a collection: every name is one of its fields, every operand fits. */
export type Filter =
  | { kind: 'and' | 'or'; of: Filter[] }
  | { kind: 'not'; of: Filter }
  | { kind: 'test'; column: Column; operator: OperatorName; operand: unknown }
  /** Some related record matches; for a to-one association without one, as if a record of empty fields were there. */
  | { kind: 'related'; association: Association; of: Filter }
  /** Some related record has one of these ids; null: any related record at all. */
  | { kind: 'linked'; association: Association; ids: Id[] | null }

const MAX_DEPTH = 16
const MAX_CONDITIONS = 200

interface Scope {
  conditions: number
}

/** Reads the JSON of a filter: `{field: value}`, `{field: {$operator: value}}`, `$and`, `$or`, `$not`, `{association: {…}}` and
 *  `{'association.field': …}`. Each path through a to-many association stands for "some"; conditions within one object are on the same record.
 *  @throws AppError invalid_input with the path of what is unknown or does not fit */
export function parseFilter(collection: ResolvedCollection, filter: unknown, path = 'filter'): Filter {
  return parseObject(collection, filter, path, 1, { conditions: 0 })
}

function parseObject(
  collection: ResolvedCollection,
  filter: unknown,
  path: string,
  depth: number,
  scope: Scope,
): Filter {
  if (!isJsonObject(filter)) throw invalid('Expected a filter object.', path)
  checkDepth(depth, path)
  const parts = Object.entries(filter).map(([name, condition]): Filter => {
    const at = `${path}.${name}`
    if (name === '$and' || name === '$or') {
      if (!Array.isArray(condition)) throw invalid(`"${name}" takes a list of filters.`, at)
      const of = condition.map((item, index) => parseObject(collection, item, `${at}.${index}`, depth + 1, scope))
      return { kind: name === '$and' ? 'and' : 'or', of }
    }
    if (name === '$not') return { kind: 'not', of: parseObject(collection, condition, at, depth + 1, scope) }
    if (name.startsWith('$')) throw invalid(`There is no operator "${name}" here.`, at)
    return parsePath(collection, name.split('.'), condition, at, depth, scope)
  })
  return joined(parts)
}

function parsePath(
  collection: ResolvedCollection,
  names: string[],
  condition: unknown,
  path: string,
  depth: number,
  scope: Scope,
): Filter {
  checkDepth(depth, path)
  const [name, ...rest] = names as [string, ...string[]]
  const column = collection.columns.get(name)
  const association = collection.associations.get(name)
  if (association && !association.hidden && rest.length > 0) {
    const of = parsePath(association.target, rest, condition, path, depth + 1, scope)
    return { kind: 'related', association, of }
  }
  // Hidden fields are answered like unknown ones: a filter on them would tell their values.
  if (column && !column.hidden && rest.length === 0 && !(association && isFieldsObject(condition)))
    return parseColumn(column, condition, path, depth, scope)
  if (association && !association.hidden) return parseAssociation(association, condition, path, depth, scope)
  const owner =
    column && !column.hidden
      ? `"${name}" of "${collection.name}" has no fields`
      : `There is no field "${name}" in "${collection.name}"`
  throw invalid(`${owner}.`, path)
}

function isFieldsObject(condition: unknown): boolean {
  return isJsonObject(condition) && Object.keys(condition).some((name) => !name.startsWith('$'))
}

function parseColumn(column: Column, condition: unknown, path: string, depth: number, scope: Scope): Filter {
  checkDepth(depth, path)
  if (!isJsonObject(condition)) {
    if (Array.isArray(condition) && column.type !== 'multiEnum' && column.type !== 'json')
      throw invalid(`Give a list to $in: {"${column.name}": {"$in": […]}}.`, path)
    return parseTest(column, '$eq', condition, path, scope)
  }
  return joined(
    Object.entries(condition).map(([name, operand]): Filter => {
      const at = `${path}.${name}`
      if (name === '$not') return { kind: 'not', of: parseColumn(column, operand, at, depth + 1, scope) }
      if (!isOperator(name)) throw invalid(`There is no operator "${name}".`, at)
      return parseTest(column, name, operand, at, scope)
    }),
  )
}

function parseTest(column: Column, operator: OperatorName, value: unknown, path: string, scope: Scope): Filter {
  count(scope, path)
  const operand = parseOperand(operator, column.type, value)
  if (operand instanceof Fault) throw invalid(`The operand of ${operator} on "${column.name}" ${operand.message}`, path)
  return { kind: 'test', column, operator, operand }
}

/** Operators on an association itself are on the ids of its records. */
function parseAssociation(
  association: Association,
  condition: unknown,
  path: string,
  depth: number,
  scope: Scope,
): Filter {
  if (isFieldsObject(condition))
    return { kind: 'related', association, of: parseObject(association.target, condition, path, depth + 1, scope) }
  const operators = isJsonObject(condition) ? Object.entries(condition) : [['$eq', condition] as const]
  return joined(
    operators.map(([name, operand]) => {
      const at = isJsonObject(condition) ? `${path}.${name}` : path
      count(scope, at)
      return parseLink(association, name, operand, at)
    }),
  )
}

function parseLink(association: Association, name: string, operand: unknown, path: string): Filter {
  const none: Filter = { kind: 'not', of: { kind: 'linked', association, ids: null } }
  const some = (): Filter => {
    if (operand === null) return none
    const ids = Array.isArray(operand) ? operand : [operand]
    if (!ids.every(isId)) throw invalid(`Expected ids of records of "${association.target.name}".`, path)
    if (ids.length > MAX_LIST) throw invalid(`A list has at most ${MAX_LIST} items.`, path)
    return { kind: 'linked', association, ids: ids.map((id) => parseId(association.target, id, path)) }
  }
  const any = (wanted: boolean): Filter => {
    if (typeof operand !== 'boolean') throw invalid(`The operand of ${name} must be true or false.`, path)
    return operand === wanted ? { kind: 'linked', association, ids: null } : none
  }
  switch (name) {
    case '$eq':
    case '$in':
    case '$anyOf':
      return some()
    case '$ne':
    case '$notIn':
    case '$noneOf':
      return { kind: 'not', of: some() }
    case '$exists':
    case '$notEmpty':
      return any(true)
    case '$empty':
      return any(false)
    default:
      throw invalid(`There is no operator "${name}" for the association "${association.name}".`, path)
  }
}

function joined(parts: Filter[]): Filter {
  return parts.length === 1 ? parts[0]! : { kind: 'and', of: parts }
}

function count(scope: Scope, path: string): void {
  scope.conditions += 1
  if (scope.conditions > MAX_CONDITIONS) throw invalid(`A filter has at most ${MAX_CONDITIONS} conditions.`, path)
}

function checkDepth(depth: number, path: string): void {
  // The path grows with the depth; its end would be cut off by whoever shows it.
  if (depth > MAX_DEPTH) throw invalid(`A filter is nested at most ${MAX_DEPTH} deep.`, path.slice(0, 200))
}
