import { isJsonObject, type Json } from '@ensue/engine/core'
import { type RawBuilder, sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { wireConverter } from './column-values.ts'
import { type RecordData, run } from './data-db.ts'
import { toWireDecimal } from './decimals.ts'
import { NUMBER_TYPES } from './definition.ts'
import { parseFilter } from './filter.ts'
import { filterSql } from './filter-sql.ts'
import { columnOf, tableOf } from './fragments.ts'
import { MAX_PAGE_SIZE } from './query.ts'
import { whereAll } from './records.ts'
import type { Column, ResolvedCollection } from './resolved-collection.ts'
import { splitNames } from './selection.ts'
import { invalid } from './values.ts'

const FUNCTIONS = ['count', 'sum', 'avg', 'min', 'max'] as const
type FunctionName = (typeof FUNCTIONS)[number]

export interface AggregateOptions {
  /** Result name → `{ count: '*' }`, `{ sum: 'amount' }` …; with `distinct: true` each value counts once. */
  aggregates: unknown
  groupBy?: string | readonly string[] | undefined
  filter?: unknown
  /** Result names or grouped fields, `-` in front for descending. */
  sort?: string | readonly string[] | undefined
  /** Groups, at most 1,000 (default). */
  limit?: number | undefined
}

/** A column of the result. */
interface Output {
  name: string
  sql: RawBuilder<unknown>
  convert: ((value: unknown) => Json) | undefined
}

const MAX_AGGREGATES = 50
const decimalToWire = (value: unknown): Json => (typeof value === 'string' ? toWireDecimal(value) : (value as Json))

/** One row for each group, or one for all when nothing is grouped: grouped fields and results, by name.
 *  @throws AppError invalid_input */
export async function aggregateRecords(
  db: DbOrTrx,
  collection: ResolvedCollection,
  { aggregates, groupBy, filter, sort, limit = MAX_PAGE_SIZE }: AggregateOptions,
): Promise<RecordData[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_SIZE)
    throw invalid(`"limit" is a whole number from 1 to ${MAX_PAGE_SIZE}.`, 'limit')
  const groups = [...new Set(splitNames(groupBy) ?? [])].map((name) => groupOf(collection, name))
  const outputs = [...groups, ...parseAggregates(collection, aggregates, groups)]
  const selected = outputs.map((output) => sql`${output.sql} as ${sql.id(output.name)}`)
  const grouped = groups.length === 0 ? sql`` : sql` group by ${sql.join(groups.map((group) => group.sql))}`
  const order = orderBy(outputs, groups, sort)
  const where = whereAll(filter === undefined ? [] : [filterSql(parseFilter(collection, filter), 'r')])
  const rows = await run(
    db,
    collection,
    sql`select ${sql.join(selected)} from ${tableOf(collection.table)} as r${where}${grouped}${order} limit ${limit}`,
  )
  for (const row of rows)
    for (const { name, convert } of outputs) if (convert && row[name] !== null) row[name] = convert(row[name])
  return rows as RecordData[]
}

function groupOf(collection: ResolvedCollection, name: string): Output {
  const column = requireColumn(collection, name, 'groupBy')
  if (column.type === 'json') throw invalid(`"${name}" is of type json and can not be grouped by.`, `groupBy.${name}`)
  return { name, sql: columnOf('r', name), convert: wireConverter(column.type) }
}

function parseAggregates(collection: ResolvedCollection, aggregates: unknown, groups: readonly Output[]): Output[] {
  if (!isJsonObject(aggregates)) throw invalid('Expected an object like {"total": {"sum": "amount"}}.', 'aggregates')
  const entries = Object.entries(aggregates)
  if (entries.length === 0 || entries.length > MAX_AGGREGATES)
    throw invalid(`Give 1 to ${MAX_AGGREGATES} aggregates.`, 'aggregates')
  return entries.map(([name, aggregate]) => {
    const path = `aggregates.${name}`
    if (!/^[A-Za-z_]\w{0,62}$/.test(name)) throw invalid(`"${name}" is no name for a result.`, path)
    if (groups.some((group) => group.name === name)) throw invalid(`"${name}" is grouped by already.`, path)
    if (!isJsonObject(aggregate)) throw invalid('Expected an object like {"sum": "amount"}.', path)
    const { distinct = false, ...call } = aggregate
    const [[key, field] = []] = Object.entries(call)
    const fn = FUNCTIONS.find((known) => known === key)
    if (!fn || Object.keys(call).length !== 1 || typeof field !== 'string' || typeof distinct !== 'boolean')
      throw invalid(`Expected one of ${FUNCTIONS.join(', ')} with a field.`, path)
    return { name, ...resultOf(collection, fn, field, distinct, path) }
  })
}

function resultOf(
  collection: ResolvedCollection,
  fn: FunctionName,
  field: string,
  distinct: boolean,
  path: string,
): Omit<Output, 'name'> {
  if (fn === 'count' && field === '*' && !distinct) return { sql: sql`count(*)`, convert: Number }
  const column = requireColumn(collection, field, path)
  const isNumber = (NUMBER_TYPES as readonly string[]).includes(column.type)
  if ((fn === 'sum' || fn === 'avg') && !isNumber)
    throw invalid(`"${field}" is no number, so there is no ${fn} of it.`, path)
  if ((fn === 'min' || fn === 'max') && ['json', 'multiEnum', 'boolean'].includes(column.type))
    throw invalid(`There is no ${fn} of "${field}": it is of type ${column.type}.`, path)
  const argument = sql`${distinct ? sql`distinct ` : sql``}${columnOf('r', field)}`
  return {
    sql: sql`${sql.raw(fn)}(${argument})`,
    convert: fn === 'count' ? Number : fn === 'sum' || fn === 'avg' ? decimalToWire : wireConverter(column.type),
  }
}

function orderBy(
  outputs: readonly Output[],
  groups: readonly Output[],
  sort: AggregateOptions['sort'],
): RawBuilder<unknown> {
  const given = (splitNames(sort) ?? []).map((text) => {
    const descending = text.startsWith('-')
    const output = outputs.find(({ name }) => name === (descending ? text.slice(1) : text))
    if (!output) throw invalid(`"${text}" is neither a result nor grouped by.`, `sort.${text}`)
    return sql`${output.sql} ${descending ? sql`desc` : sql`asc`}`
  })
  const keys = [...given, ...groups.map((group) => group.sql)]
  return keys.length === 0 ? sql`` : sql` order by ${sql.join(keys)}`
}

function requireColumn(collection: ResolvedCollection, name: string, path: string): Column {
  const column = collection.columns.get(name)
  if (!column || column.hidden) throw invalid(`There is no field "${name}" in "${collection.name}".`, path)
  return column
}
