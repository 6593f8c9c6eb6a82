import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { type RawBuilder, sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type FilterTree, filterToSql, parseFilter } from './filter.ts'
import { type Appends, parseAppends, parseRead, type ReadOptions, visibleColumns } from './list-options.ts'
import { toRecordError } from './record-errors.ts'
import type { CollectionRegistry, Column, ResolvedCollection } from './registry.ts'
import { convertersOf, toWire } from './values.ts'

type Row = Record<string, unknown>

export interface RecordList {
  data: JsonObject[]
  meta: { page: number; pageSize: number; total: number } | { pageSize: number; next: Json | null }
}

/** A row as callers see it: no hidden fields, decimals as numbers where exact. */
export function toRecord(row: Row, columns: readonly Column[]): JsonObject {
  const record: JsonObject = {}
  for (const column of columns) record[column.name] = toWire(row[column.name], column.type)
  return record
}

const tableOf = (collection: ResolvedCollection) => sql.id(...collection.table)
const column = (alias: string, name: string) => sql.ref(`${alias}.${name}`)
const selectList = (columns: readonly Column[]) => sql.join(columns.map((one) => column('t', one.name)))

/** Runs a statement over user columns, whose names stay as they are. */
export async function rowsOf(
  db: DbOrTrx,
  collection: ResolvedCollection,
  statement: RawBuilder<unknown>,
): Promise<Row[]> {
  try {
    const { rows } = await db.withoutPlugins().executeQuery(statement.compile(db.withoutPlugins()))
    return rows as Row[]
  } catch (error) {
    throw toRecordError(error, collection.name)
  }
}

function whereOf(tree: FilterTree | undefined, collection: ResolvedCollection): RawBuilder<boolean> {
  return tree ? filterToSql(tree, collection, 't') : sql<boolean>`true`
}

/** A page of records: by number with the total, or keyset with `after`. */
export async function listRecords(
  db: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  options: ReadOptions,
): Promise<RecordList> {
  const read = parseRead(registry, collection, options)
  const where = whereOf(read.filter, collection)
  const descending = read.sort[0]?.column.name === 'id' && read.sort[0].descending
  const order = [...read.sort, { column: collection.columns.get('id')!, descending }].map(
    (term) => sql`${column('t', term.column.name)} ${sql.raw(term.descending ? 'desc' : 'asc')}`,
  )
  const keyset = read.after !== undefined
  const after = keyset
    ? sql<boolean>`${column('t', 'id')} ${sql.raw(descending ? '<' : '>')} ${convertersOf(collection).get('id')!(read.after, 'after')}`
    : sql<boolean>`true`
  const statement = sql`select ${selectList(read.columns)} from ${tableOf(collection)} as t where ${where} and ${after}
    order by ${sql.join(order)} limit ${read.pageSize + (keyset ? 1 : 0)} offset ${keyset ? 0 : (read.page - 1) * read.pageSize}`
  const rows = await rowsOf(db, collection, statement)
  const more = keyset && rows.length > read.pageSize
  if (more) rows.pop()
  const data = rows.map((row) => toRecord(row, read.columns))
  await loadAppends(db, registry, collection, data, read.appends)
  if (keyset) return { data, meta: { pageSize: read.pageSize, next: more ? (data.at(-1)?.id ?? null) : null } }
  // A first page that isn't full is the whole list: no need to count.
  const total =
    data.length < read.pageSize && (data.length > 0 || read.page === 1)
      ? (read.page - 1) * read.pageSize + data.length
      : await countRows(db, collection, where)
  return { data, meta: { page: read.page, pageSize: read.pageSize, total } }
}

async function countRows(db: DbOrTrx, collection: ResolvedCollection, where: RawBuilder<boolean>): Promise<number> {
  const [row] = await rowsOf(
    db,
    collection,
    sql`select count(*) as count from ${tableOf(collection)} as t where ${where}`,
  )
  return Number(row?.count)
}

export async function countRecords(
  db: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  filter?: Json,
): Promise<number> {
  return countRows(
    db,
    collection,
    whereOf(filter === undefined ? undefined : parseFilter(registry, collection, filter), collection),
  )
}

/** @throws AppError `not_found` */
export async function getRecord(
  db: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  id: Json,
  options: Pick<ReadOptions, 'fields' | 'except' | 'appends'> = {},
): Promise<JsonObject> {
  const read = parseRead(registry, collection, options)
  const [row] = await rowsOf(
    db,
    collection,
    sql`select ${selectList(read.columns)} from ${tableOf(collection)} as t where ${column('t', 'id')} = ${idOf(collection, id)}`,
  )
  if (!row) throw new AppError('not_found', `There is no record ${String(id)} in ${collection.name}.`)
  const record = toRecord(row, read.columns)
  await loadAppends(db, registry, collection, [record], read.appends)
  return record
}

/** @throws AppError `invalid_input` it can't be an id of the collection */
export function idOf(collection: ResolvedCollection, id: Json, path = 'id'): unknown {
  if (id === null) throw new AppError('invalid_input', 'An id is missing.', { path })
  return convertersOf(collection).get('id')!(id, path)
}

/** Puts associated records into records, one query for each association and level.
 *  A record whose foreign key was not read gets null. */
export async function loadAppends(
  db: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  records: JsonObject[],
  appends: Appends | readonly string[],
): Promise<void> {
  const tree = appends instanceof Map ? appends : parseAppends(registry, collection, appends as readonly string[])
  if (records.length === 0) return
  for (const { association, target, below } of tree.values()) {
    const columns = visibleColumns(target)
    const byParent = new Map<string, JsonObject[]>()
    const found: JsonObject[] = []
    const keys = await parentKeys(db, collection, association, records)
    const rows = keys.size === 0 ? [] : await relatedRows(db, collection, association, target, [...keys.values()])
    for (const row of rows) {
      const record = toRecord(row, columns)
      found.push(record)
      const parent = String(row.__parent)
      byParent.set(parent, [...(byParent.get(parent) ?? []), record])
    }
    await loadAppends(db, registry, target, found, below)
    for (const record of records) {
      const related = byParent.get(String(keys.get(String(record.id)))) ?? []
      record[association.name] = association.toMany ? related : (related[0] ?? null)
    }
  }
}

/** For each record id the value that its related rows carry as `__parent`. */
async function parentKeys(
  db: DbOrTrx,
  collection: ResolvedCollection,
  association: { type: string; foreignKey: string },
  records: JsonObject[],
): Promise<Map<string, Json>> {
  if (association.type !== 'belongsTo') return new Map(records.map((record) => [String(record.id), record.id ?? null]))
  if (records.every((record) => association.foreignKey in record))
    return new Map(
      records.flatMap((record) =>
        record[association.foreignKey] === null ? [] : [[String(record.id), record[association.foreignKey]!]],
      ),
    )
  const rows = await rowsOf(
    db,
    collection,
    sql`select ${column('t', 'id')}, ${column('t', association.foreignKey)} as key from ${tableOf(collection)} as t where ${column('t', 'id')} in (${sql.join(records.map((record) => record.id))})`,
  )
  return new Map(rows.flatMap((row) => (row.key === null ? [] : [[String(row.id), row.key as Json]])))
}

function relatedRows(
  db: DbOrTrx,
  collection: ResolvedCollection,
  association: { type: string; foreignKey: string; otherKey: string; through: string },
  target: ResolvedCollection,
  keys: Json[],
): Promise<Row[]> {
  const list = selectList(visibleColumns(target))
  const values = sql.join(keys)
  switch (association.type) {
    case 'belongsTo':
      return rowsOf(
        db,
        target,
        sql`select ${list}, ${column('t', 'id')} as __parent from ${tableOf(target)} as t where ${column('t', 'id')} in (${values})`,
      )
    case 'belongsToMany':
      return rowsOf(
        db,
        target,
        sql`select ${list}, ${column('l', association.foreignKey)} as __parent from ${sql.id(collection.table[0], association.through)} as l
          join ${tableOf(target)} as t on ${column('t', 'id')} = ${column('l', association.otherKey)}
          where ${column('l', association.foreignKey)} in (${values}) order by ${column('t', 'id')}`,
      )
    default:
      return rowsOf(
        db,
        target,
        sql`select ${list}, ${column('t', association.foreignKey)} as __parent from ${tableOf(target)} as t where ${column('t', association.foreignKey)} in (${values}) order by ${column('t', 'id')}`,
      )
  }
}

export interface AggregateOptions {
  filter?: Json
  /** Result name → what to compute. `count` needs no field. */
  values: Record<string, { function: 'count' | 'sum' | 'avg' | 'min' | 'max'; field?: string; distinct?: boolean }>
  groupBy?: readonly string[]
}

/** One row for each group; without groups, one. */
export async function aggregateRecords(
  db: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  options: AggregateOptions,
): Promise<JsonObject[]> {
  const columnOf = (name: string, path: string) => {
    const found = collection.columns.get(name)
    if (!found || found.field.hidden)
      throw new AppError('invalid_input', `${collection.name} has no field "${name}".`, { path })
    return found
  }
  const groups = (options.groupBy ?? []).map((name) => columnOf(name, 'groupBy'))
  const values = Object.entries(options.values).map(([name, one]) => {
    const path = `values.${name}.field`
    const of = one.field === undefined ? undefined : columnOf(one.field, path)
    if (!of && one.function !== 'count') throw new AppError('invalid_input', `${one.function} needs a field.`, { path })
    if (
      of &&
      (one.function === 'sum' || one.function === 'avg') &&
      !['integer', 'bigint', 'decimal', 'float'].includes(of.type)
    )
      throw new AppError('invalid_input', `${one.function} works on numbers; ${of.name} is a ${of.type}.`, { path })
    const type: Column['type'] =
      one.function === 'min' || one.function === 'max' ? of!.type : one.function === 'count' ? 'integer' : 'decimal'
    const argument = of ? sql`${sql.raw(one.distinct ? 'distinct' : '')} ${column('t', of.name)}` : sql`*`
    return { name, type, expression: sql`${sql.raw(one.function)}(${argument})` }
  })
  if (values.length === 0)
    throw new AppError(
      'invalid_input',
      'Say what to compute, e.g. {"total": {"function": "sum", "field": "amount"}}.',
      { path: 'values' },
    )
  const where = whereOf(
    options.filter === undefined ? undefined : parseFilter(registry, collection, options.filter),
    collection,
  )
  const list = [
    ...groups.map((one) => column('t', one.name)),
    ...values.map((one) => sql`${one.expression} as ${sql.id(one.name)}`),
  ]
  const keys = sql.join(groups.map((one) => column('t', one.name)))
  const grouping = groups.length > 0 ? sql`group by ${keys} order by ${keys}` : sql``
  const rows = await rowsOf(
    db,
    collection,
    sql`select ${sql.join(list)} from ${tableOf(collection)} as t where ${where} ${grouping} limit 10000`,
  )
  return rows.map((row) => ({
    ...toRecord(row, groups),
    ...Object.fromEntries(values.map((one) => [one.name, toWire(row[one.name], one.type)])),
  }))
}
