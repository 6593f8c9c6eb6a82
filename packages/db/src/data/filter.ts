import { AppError, isJsonObject, type Json } from '@ensue/engine/core'
import { type RawBuilder, sql } from 'kysely'
import type { Association, CollectionRegistry, Column, ResolvedCollection } from './registry.ts'
import { convertersOf } from './values.ts'

export const FILTER_LIMITS = { maxDepth: 16, maxConditions: 200, maxInItems: 1_000 } as const

/** A filter parsed against a collection: what is in it exists and fits. */
export type FilterTree =
  | { kind: 'and' | 'or'; items: FilterTree[] }
  | { kind: 'not'; item: FilterTree }
  | { kind: 'test'; column: Column; operator: Operator; value: unknown }
  | { kind: 'related'; association: Association; target: ResolvedCollection; item: FilterTree }
  | { kind: 'exists'; association: Association; target: ResolvedCollection; expected: boolean }

type Operator = keyof typeof OPERATORS

interface Compare {
  column: RawBuilder<unknown>
  type: Column['type']
  value: unknown
}

const like =
  (operator: 'like' | 'ilike', before: string, after: string) =>
  ({ column, value }: Compare) =>
    sql<boolean>`${column}::text ${sql.raw(operator)} ${`${before}${String(value).replace(/[\\%_]/g, '\\$&')}${after}`}`
const compare =
  (operator: string) =>
  ({ column, value }: Compare) =>
    sql<boolean>`${column} ${sql.raw(operator)} ${value}`
const emptyTest = ({ column, type }: Compare) =>
  type === 'multiEnum'
    ? sql<boolean>`coalesce(cardinality(${column}), 0) = 0`
    : type === 'json'
      ? sql<boolean>`(${column} is null or ${column} in ('null', '""', '[]', '{}'))`
      : isText(type)
        ? sql<boolean>`coalesce(${column}, '') = ''`
        : sql<boolean>`${column} is null`
const day = (column: RawBuilder<unknown>, type: Column['type']) =>
  type === 'datetime' ? sql`(${column} at time zone 'UTC')::date` : column

type Takes = 'value' | 'list' | 'pair' | 'text' | 'flag' | 'date' | 'values'

const OPERATORS = {
  $eq: {
    takes: 'value',
    sql: ({ column, value }: Compare) =>
      value === null ? sql<boolean>`${column} is null` : sql<boolean>`${column} = ${value}`,
  },
  $ne: { takes: 'value', sql: ({ column, value }: Compare) => sql<boolean>`${column} is distinct from ${value}` },
  $gt: { takes: 'value', sql: compare('>') },
  $gte: { takes: 'value', sql: compare('>=') },
  $lt: { takes: 'value', sql: compare('<') },
  $lte: { takes: 'value', sql: compare('<=') },
  $in: { takes: 'list', sql: ({ column, value }: Compare) => inList(column, value as unknown[]) },
  $notIn: {
    takes: 'list',
    sql: ({ column, value }: Compare) => sql<boolean>`not coalesce(${inList(column, value as unknown[])}, false)`,
  },
  $between: {
    takes: 'pair',
    sql: ({ column, value }: Compare) =>
      sql<boolean>`${column} between ${(value as unknown[])[0]} and ${(value as unknown[])[1]}`,
  },
  $includes: { takes: 'text', sql: like('ilike', '%', '%') },
  $notIncludes: {
    takes: 'text',
    sql: (test: Compare) => sql<boolean>`not coalesce(${like('ilike', '%', '%')(test)}, false)`,
  },
  $startsWith: { takes: 'text', sql: like('like', '', '%') },
  $endsWith: { takes: 'text', sql: like('like', '%', '') },
  $like: { takes: 'text', sql: ({ column, value }: Compare) => sql<boolean>`${column}::text like ${value}` },
  $iLike: { takes: 'text', sql: ({ column, value }: Compare) => sql<boolean>`${column}::text ilike ${value}` },
  $empty: {
    takes: 'flag',
    sql: (test: Compare) => (test.value ? emptyTest(test) : sql<boolean>`not (${emptyTest(test)})`),
  },
  $notEmpty: {
    takes: 'flag',
    sql: (test: Compare) => (test.value ? sql<boolean>`not (${emptyTest(test)})` : emptyTest(test)),
  },
  $exists: {
    takes: 'flag',
    sql: ({ column, value }: Compare) => sql<boolean>`${column} is ${sql.raw(value ? 'not null' : 'null')}`,
  },
  $anyOf: {
    takes: 'values',
    sql: ({ column, value }: Compare) => sql<boolean>`coalesce(${column} && ${value}, false)`,
  },
  $noneOf: {
    takes: 'values',
    sql: ({ column, value }: Compare) => sql<boolean>`not coalesce(${column} && ${value}, false)`,
  },
  $dateOn: {
    takes: 'date',
    sql: ({ column, type, value }: Compare) => sql<boolean>`${day(column, type)} = ${value}::date`,
  },
  $dateBefore: {
    takes: 'date',
    sql: ({ column, type, value }: Compare) => sql<boolean>`${day(column, type)} < ${value}::date`,
  },
  $dateAfter: {
    takes: 'date',
    sql: ({ column, type, value }: Compare) => sql<boolean>`${day(column, type)} > ${value}::date`,
  },
} satisfies Record<string, { takes: Takes; sql: (test: Compare) => RawBuilder<boolean> }>

function inList(column: RawBuilder<unknown>, values: unknown[]): RawBuilder<boolean> {
  return values.length === 0 ? sql<boolean>`false` : sql<boolean>`${column} in (${sql.join(values)})`
}

function isText(type: Column['type']): boolean {
  return ['string', 'text', 'enum', 'email', 'url'].includes(type)
}

function refuse(path: string, message: string): never {
  throw new AppError('invalid_input', message, { path })
}

/** Reads a filter against the collection's fields.
 *  @throws AppError `invalid_input` unknown field or operator, wrong type, too deep, too many conditions: with the path */
export function parseFilter(
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  filter: Json,
  path = 'filter',
): FilterTree {
  let conditions = 0

  function group(from: ResolvedCollection, value: Json, at: string, depth: number): FilterTree {
    if (depth > FILTER_LIMITS.maxDepth) refuse(at, `A filter can be ${FILTER_LIMITS.maxDepth} levels deep at most.`)
    if (!isJsonObject(value)) refuse(at, 'A filter is an object like {"amount": {"$gt": 500}}.')
    const items = Object.entries(value).map(([key, operand]) => member(from, key, operand, `${at}.${key}`, depth))
    return items.length === 1 ? items[0]! : { kind: 'and', items }
  }

  function member(from: ResolvedCollection, key: string, operand: Json, at: string, depth: number): FilterTree {
    if (key === '$and' || key === '$or') {
      if (!Array.isArray(operand)) refuse(at, `${key} takes a list of filters.`)
      return {
        kind: key === '$and' ? 'and' : 'or',
        items: operand.map((item, index) => group(from, item, `${at}.${index}`, depth + 1)),
      }
    }
    if (key === '$not') return { kind: 'not', item: group(from, operand, at, depth + 1) }
    if (key.startsWith('$')) refuse(at, `There is no operator ${key} here.`)
    const dot = key.indexOf('.')
    const name = dot < 0 ? key : key.slice(0, dot)
    const association = from.associations.get(name)
    if (association) return related(from, association, dot < 0 ? undefined : key.slice(dot + 1), operand, at, depth)
    const column = dot < 0 ? from.columns.get(name) : undefined
    if (!column || column.field.hidden) refuse(at, `${from.name} has no field "${key}".`)
    return tests(column, operand, at, from)
  }

  function related(
    from: ResolvedCollection,
    association: Association,
    rest: string | undefined,
    operand: Json,
    at: string,
    depth: number,
  ): FilterTree {
    const target = registry.get(association.target)
    if (!target) refuse(at, `${from.name}.${association.name} points at a collection that does not exist.`)
    if (rest !== undefined)
      return { kind: 'related', association, target, item: member(target, rest, operand, at, depth + 1) }
    if (isJsonObject(operand)) {
      const [operator, flag] = Object.entries(operand)[0] ?? []
      if (
        Object.keys(operand).length === 1 &&
        (operator === '$exists' || operator === '$empty' || operator === '$notEmpty')
      ) {
        if (typeof flag !== 'boolean') refuse(`${at}.${operator}`, `${operator} takes true or false.`)
        return { kind: 'exists', association, target, expected: operator === '$empty' ? !flag : flag }
      }
      if (!Object.keys(operand).some((one) => one.startsWith('$') && one in OPERATORS))
        return { kind: 'related', association, target, item: group(target, operand, at, depth + 1) }
    }
    // `category: 3` means the record with that id.
    if (operand === null) return { kind: 'exists', association, target, expected: false }
    return { kind: 'related', association, target, item: tests(target.columns.get('id')!, operand, at, target) }
  }

  function tests(column: Column, operand: Json, at: string, from: ResolvedCollection): FilterTree {
    const operators =
      isJsonObject(operand) && Object.keys(operand).some((key) => key.startsWith('$'))
        ? Object.entries(operand)
        : [['$eq', operand] as const]
    const items = operators.map(([operator, value]): FilterTree => {
      conditions += 1
      if (conditions > FILTER_LIMITS.maxConditions)
        refuse(at, `A filter can hold ${FILTER_LIMITS.maxConditions} conditions at most.`)
      const where = isJsonObject(operand) ? `${at}.${operator}` : at
      if (operator === '$not') return { kind: 'not', item: tests(column, value as Json, where, from) }
      if (!Object.hasOwn(OPERATORS, operator))
        refuse(where, `There is no operator ${operator}. Use one of: ${Object.keys(OPERATORS).join(' ')}.`)
      return {
        kind: 'test',
        column,
        operator: operator as Operator,
        value: operandOf(from, column, operator as Operator, value as Json, where),
      }
    })
    return items.length === 1 ? items[0]! : { kind: 'and', items }
  }

  return group(collection, filter, path, 0)
}

function operandOf(
  collection: ResolvedCollection,
  column: Column,
  operator: Operator,
  value: Json,
  at: string,
): unknown {
  const convert = convertersOf(collection).get(column.name)!
  const one = (item: Json, where: string) => (column.type === 'json' ? JSON.stringify(item) : convert(item, where))
  switch (OPERATORS[operator].takes as Takes) {
    case 'value':
      if (value === null && (operator === '$eq' || operator === '$ne')) return null
      if (value === null) refuse(at, `${operator} cannot compare with null.`)
      return one(value, at)
    case 'list':
      if (!Array.isArray(value)) refuse(at, `${operator} takes a list.`)
      if (value.length > FILTER_LIMITS.maxInItems)
        refuse(at, `${operator} takes ${FILTER_LIMITS.maxInItems} items at most.`)
      return value.map((item, index) => one(item, `${at}.${index}`))
    case 'pair':
      if (!Array.isArray(value) || value.length !== 2)
        refuse(at, `${operator} takes a list of two: the least and the most.`)
      return value.map((item, index) => one(item, `${at}.${index}`))
    case 'text':
      if (typeof value !== 'string' || value.length > 1_000)
        refuse(at, `${operator} takes a text of 1,000 characters at most.`)
      if (!value.isWellFormed() || value.includes('\u0000'))
        refuse(at, 'U+0000 and lone surrogates cannot be searched for.')
      return value
    case 'flag':
      if (typeof value !== 'boolean') refuse(at, `${operator} takes true or false.`)
      return value
    case 'date':
      if (column.type !== 'date' && column.type !== 'datetime')
        refuse(at, `${operator} works on dates only; ${column.name} is a ${column.type}.`)
      return (convert(value, at) as string).slice(0, 10)
    case 'values':
      if (column.type !== 'multiEnum') refuse(at, `${operator} works on fields of type multiEnum.`)
      if (!Array.isArray(value)) refuse(at, `${operator} takes a list.`)
      return convert(value, at)
  }
}

/** The filter as SQL over rows of `alias`. */
export function filterToSql(tree: FilterTree, collection: ResolvedCollection, alias: string): RawBuilder<boolean> {
  let aliases = 0

  function compile(node: FilterTree, from: ResolvedCollection, of: string): RawBuilder<boolean> {
    switch (node.kind) {
      case 'and':
      case 'or': {
        if (node.items.length === 0) return node.kind === 'and' ? sql<boolean>`true` : sql<boolean>`false`
        return sql<boolean>`(${sql.join(
          node.items.map((item) => compile(item, from, of)),
          sql.raw(` ${node.kind} `),
        )})`
      }
      case 'not':
        return sql<boolean>`not coalesce(${compile(node.item, from, of)}, false)`
      case 'test':
        return OPERATORS[node.operator].sql({
          column: sql.ref(`${of}.${node.column.name}`),
          type: node.column.type,
          value: node.value,
        })
      case 'exists': {
        const found = related(node.association, from, of, node.target, () => sql<boolean>`true`)
        return node.expected ? found : sql<boolean>`not ${found}`
      }
      case 'related':
        return related(node.association, from, of, node.target, (inner) => compile(node.item, node.target, inner))
    }
  }

  function related(
    association: Association,
    from: ResolvedCollection,
    of: string,
    target: ResolvedCollection,
    where: (alias: string) => RawBuilder<boolean>,
  ): RawBuilder<boolean> {
    aliases += 1
    const inner = `r${aliases}`
    const tableOf = (collection: ResolvedCollection) => sql.id(...collection.table)
    const column = (table: string, name: string) => sql.ref(`${table}.${name}`)
    switch (association.type) {
      case 'belongsTo':
        return sql<boolean>`exists (select 1 from ${tableOf(target)} as ${sql.id(inner)} where ${column(inner, 'id')} = ${column(of, association.foreignKey)} and ${where(inner)})`
      case 'belongsToMany': {
        const link = `l${aliases}`
        return sql<boolean>`exists (select 1 from ${sql.id(from.table[0], association.through)} as ${sql.id(link)} join ${tableOf(target)} as ${sql.id(inner)} on ${column(inner, 'id')} = ${column(link, association.otherKey)} where ${column(link, association.foreignKey)} = ${column(of, 'id')} and ${where(inner)})`
      }
      default:
        return sql<boolean>`exists (select 1 from ${tableOf(target)} as ${sql.id(inner)} where ${column(inner, association.foreignKey)} = ${column(of, 'id')} and ${where(inner)})`
    }
  }

  return compile(tree, collection, alias)
}
