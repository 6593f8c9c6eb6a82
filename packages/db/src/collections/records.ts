import { AppError } from '@ensue/engine/core'
import { type RawBuilder, sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { afterSql, encodeCursor, orderSql } from './cursor.ts'
import { type RecordData, type Row, run } from './data-db.ts'
import { parseFilter } from './filter.ts'
import { filterSql } from './filter-sql.ts'
import { columnList, idArray, tableOf } from './fragments.ts'
import { isRelatedTo } from './links.ts'
import { columnsWithKeys, loadRelated } from './load-related.ts'
import { type ListOptions, type ListQuery, parseListOptions } from './query.ts'
import type { Association, Column, ResolvedCollection } from './resolved-collection.ts'
import { type PartOptions, parseSelection, type Selection } from './selection.ts'
import { toRecord, visibleColumns } from './statements.ts'
import { type Id, invalid, parseId, parseIds } from './values.ts'

export interface ListReply {
  data: RecordData[]
  meta: {
    /** Absent in a list that goes on after a cursor. */
    page?: number
    pageSize: number
    total?: number
    /** The cursor of the records after these; absent at the end. */
    next?: string
  }
}

/** Which records: by ids, or by filter. */
export interface Target {
  id?: unknown
  ids?: unknown
  filter?: unknown
}

/** @param relatedTo only the records of this association of this record
 *  @throws AppError invalid_input */
export async function listRecords(
  db: DbOrTrx,
  collection: ResolvedCollection,
  options: ListOptions = {},
  relatedTo?: { association: Association; id: Id },
): Promise<ListReply> {
  const query = parseListOptions(collection, options)
  const { filter, sort, selection, page, pageSize, after, count } = query
  const conditions = [
    ...(filter ? [filterSql(filter, 'r')] : []),
    ...(relatedTo ? [isRelatedTo(relatedTo.association, relatedTo.id, 'r')] : []),
  ]
  const [total, rows] = await Promise.all([
    count ? countRows(db, collection, conditions) : undefined,
    run(db, collection, pageSql(collection, query, conditions)),
  ])
  const hasMore = rows.length > pageSize
  if (hasMore) rows.pop()
  const records = rows.map((row) => toRecord(collection, row))
  const next = hasMore ? encodeCursor(sort, records.at(-1)!) : undefined
  await complete(db, selection, sortColumns(query), records)
  return {
    data: records,
    meta: {
      ...(after ? {} : { page }),
      pageSize,
      ...(total !== undefined && { total }),
      ...(next !== undefined && { next }),
    },
  }
}

function pageSql(collection: ResolvedCollection, query: ListQuery, conditions: RawBuilder<boolean>[]): RawBuilder<Row> {
  const { sort, selection, page, pageSize, after } = query
  const columns = new Set([...columnsWithKeys(selection), ...sortColumns(query)])
  const where = whereAll(after ? [...conditions, afterSql(sort, after, 'r')] : conditions)
  // One more than the page tells whether there is another.
  const offset = after || page === 1 ? sql`` : sql` offset ${(page - 1) * pageSize}`
  return sql`select ${columnList('r', [...columns])} from ${tableOf(collection.table)} as r${where}
    order by ${orderSql(sort, 'r')} limit ${pageSize + 1}${offset}`
}

function sortColumns({ sort }: ListQuery): Column[] {
  return sort.map(({ column }) => column)
}

export function whereAll(conditions: readonly RawBuilder<boolean>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`
}

/** Loads what is appended, and takes out columns that were read for another reason than being wanted. */
async function complete(
  db: DbOrTrx,
  selection: Selection,
  read: readonly Column[],
  records: readonly RecordData[],
): Promise<void> {
  await loadRelated(db, selection, records)
  const kept = new Set([...selection.columns.map(({ name }) => name), ...selection.related.keys()])
  for (const { name } of read) if (!kept.has(name)) for (const record of records) delete record[name]
}

/** One record by id, or the first that matches the filter, in the order of the ids.
 *  @throws AppError not_found, invalid_input */
export async function getRecord(
  db: DbOrTrx,
  collection: ResolvedCollection,
  target: { id?: unknown; filter?: unknown },
  options: PartOptions = {},
): Promise<RecordData> {
  const found = await findRecord(db, collection, target, options)
  if (found) return found
  throw new AppError('not_found', `There is no such record in "${collection.name}".`)
}

/** As `getRecord`; undefined when there is none. */
export async function findRecord(
  db: DbOrTrx,
  collection: ResolvedCollection,
  target: { id?: unknown; filter?: unknown },
  options: PartOptions = {},
): Promise<RecordData | undefined> {
  const condition = targetSql(collection, target)
  const selection = parseSelection(collection, options)
  const columns = columnList('r', columnsWithKeys(selection))
  const rows = await run(
    db,
    collection,
    sql`select ${columns} from ${tableOf(collection.table)} as r where ${condition} order by r."id" limit 1`,
  )
  const records = rows.map((row) => toRecord(collection, row))
  await loadRelated(db, selection, records)
  return records[0]
}

/** The condition of a target, on the table called `r`.
 *  @throws AppError invalid_input when it names neither ids nor a filter, or both */
export function targetSql(collection: ResolvedCollection, { id, ids, filter }: Target): RawBuilder<boolean> {
  const given = [id, ids, filter].filter((part) => part !== undefined)
  if (given.length !== 1) throw invalid('Say which records: by id, by ids or by a filter.', 'filter')
  if (filter !== undefined) return filterSql(parseFilter(collection, filter), 'r')
  if (id !== undefined) return sql<boolean>`r."id" = ${parseId(collection, id, 'id')}`
  return sql<boolean>`r."id" = any(${idArray(collection, parseIds(collection, ids, 'ids'))})`
}

/** The visible columns of the records of a target, in the order of the ids.
 *  @param lock until the transaction ends */
export async function readTarget(
  db: DbOrTrx,
  collection: ResolvedCollection,
  target: Target,
  { lock = false } = {},
): Promise<RecordData[]> {
  const rows = await run(
    db,
    collection,
    sql`select ${columnList('r', visibleColumns(collection))} from ${tableOf(collection.table)} as r
      where ${targetSql(collection, target)} order by r."id"${lock ? sql` for update of r` : sql``}`,
  )
  return rows.map((row) => toRecord(collection, row))
}

/** @throws AppError invalid_input */
export async function countRecords(db: DbOrTrx, collection: ResolvedCollection, filter?: unknown): Promise<number> {
  return countRows(db, collection, filter === undefined ? [] : [filterSql(parseFilter(collection, filter), 'r')])
}

async function countRows(
  db: DbOrTrx,
  collection: ResolvedCollection,
  conditions: readonly RawBuilder<boolean>[],
): Promise<number> {
  const [row] = await run(
    db,
    collection,
    sql`select count(*) as total from ${tableOf(collection.table)} as r${whereAll(conditions)}`,
  )
  return Number(row!.total)
}

/** Puts associations into records that are in hand, as `appends` of a list does. */
export async function appendRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  records: readonly RecordData[],
  appends: PartOptions['appends'],
): Promise<void> {
  await loadRelated(db, parseSelection(collection, { appends }), records)
}
