import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { type RawBuilder, sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { createRecord, type Writer, writeNested } from './create-record.ts'
import { filterToSql, parseFilter } from './filter.ts'
import { visibleColumns } from './list-options.ts'
import { idOf, rowsOf, toRecord } from './read-records.ts'
import type { CollectionRegistry, ResolvedCollection } from './registry.ts'
import { splitValues } from './split-values.ts'

/** Which records: one by id, several by ids, or by filter. Never none of them. */
export interface Target {
  id?: Json
  ids?: Json[]
  filter?: Json
}

export interface Updated {
  record: JsonObject
  previous: JsonObject
}

const MAX_BULK = 10_000
const tableOf = (collection: ResolvedCollection) => sql.id(...collection.table)

export async function createRecords(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  inputs: JsonObject[],
  writer: Writer,
): Promise<JsonObject[]> {
  if (inputs.length > MAX_BULK)
    throw new AppError('invalid_input', `One call creates ${MAX_BULK} records at most.`, { path: 'values' })
  const records: JsonObject[] = []
  for (const [index, input] of inputs.entries())
    records.push(await createRecord(trx, registry, collection, input, writer, `values.${index}`))
  return records
}

function targetSql(registry: CollectionRegistry, collection: ResolvedCollection, target: Target): RawBuilder<boolean> {
  const id = sql.ref('t.id')
  if (target.id !== undefined) return sql<boolean>`${id} = ${idOf(collection, target.id)}`
  if (target.ids !== undefined) {
    if (target.ids.length > MAX_BULK)
      throw new AppError('invalid_input', `One call takes ${MAX_BULK} ids at most.`, { path: 'ids' })
    if (target.ids.length === 0) return sql<boolean>`false`
    return sql<boolean>`${id} in (${sql.join(target.ids.map((one, index) => idOf(collection, one, `ids.${index}`)))})`
  }
  if (target.filter === undefined || target.filter === null)
    throw new AppError('invalid_input', 'Say which records: an id, ids or a filter.', { path: 'filter' })
  const tree = parseFilter(registry, collection, target.filter)
  if (tree.kind === 'and' && tree.items.length === 0)
    throw new AppError('invalid_input', 'An empty filter would match every record; name a condition.', {
      path: 'filter',
    })
  return filterToSql(tree, collection, 't')
}

/** Locks the records and reads them as they are. @throws AppError `not_found` when named by one id */
async function lockRecords(
  trx: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  target: Target,
): Promise<JsonObject[]> {
  const columns = visibleColumns(collection)
  const list = sql.join(columns.map((column) => sql.ref(`t.${column.name}`)))
  const rows = await rowsOf(
    trx,
    collection,
    sql`select ${list} from ${tableOf(collection)} as t where ${targetSql(registry, collection, target)} order by ${sql.ref('t.id')} limit ${MAX_BULK + 1} for update`,
  )
  if (rows.length > MAX_BULK)
    throw new AppError('limit_exceeded', `The filter matches more than ${MAX_BULK} records; narrow it.`, {
      path: 'filter',
    })
  if (target.id !== undefined && rows.length === 0)
    throw new AppError('not_found', `There is no record ${String(target.id)} in ${collection.name}.`)
  return rows.map((row) => toRecord(row, columns))
}

/** Updates records; answers each before and after, in the order of their ids. */
export async function updateRecords(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  target: Target,
  input: JsonObject,
  writer: Writer,
): Promise<Updated[]> {
  const { values, nested } = splitValues(registry, collection, input, 'values', 'update')
  const previous = await lockRecords(trx, registry, collection, target)
  if (previous.length === 0) return []
  for (const one of nested)
    if (one.association.type === 'belongsTo')
      Object.assign(values, await writeNested(trx, registry, collection, one, undefined, writer, 0))
  if (writer.userId !== null) values.updatedBy = writer.userId
  const columns = visibleColumns(collection)
  const sets = [
    sql`${sql.id('updatedAt')} = clock_timestamp()`,
    ...Object.entries(values).map(([name, value]) => sql`${sql.id(name)} = ${value}`),
  ]
  const rows = await rowsOf(
    trx,
    collection,
    sql`update ${tableOf(collection)} as t set ${sql.join(sets)} where ${sql.ref('t.id')} in (${sql.join(previous.map((record) => record.id))})
      returning ${sql.join(columns.map((column) => sql.ref(`t.${column.name}`)))}`,
  )
  const after = new Map(rows.map((row) => [String(row.id), toRecord(row, columns)]))
  for (const record of previous)
    for (const one of nested)
      if (one.association.type !== 'belongsTo') await writeNested(trx, registry, collection, one, record.id, writer, 0)
  return previous.map((record) => ({ previous: record, record: after.get(String(record.id)) ?? record }))
}

/** Destroys records; answers them as they were last. */
export async function destroyRecords(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  target: Target,
): Promise<JsonObject[]> {
  const records = await lockRecords(trx, registry, collection, target)
  if (records.length > 0)
    await rowsOf(
      trx,
      collection,
      sql`delete from ${tableOf(collection)} as t where ${sql.ref('t.id')} in (${sql.join(records.map((record) => record.id))})`,
    )
  return records
}

/** The filter that names a record by the values of some of its fields. */
function keyFilter(collection: ResolvedCollection, keys: readonly string[], values: JsonObject): JsonObject {
  if (keys.length === 0)
    throw new AppError('invalid_input', 'Name the fields that tell records apart.', { path: 'keys' })
  return Object.fromEntries(
    keys.map((key) => {
      if (!collection.columns.has(key))
        throw new AppError('invalid_input', `${collection.name} has no field "${key}".`, { path: 'keys' })
      if (values[key] === undefined)
        throw new AppError('invalid_input', `${key} tells the records apart and needs a value.`, {
          path: `values.${key}`,
        })
      return [key, values[key]]
    }),
  )
}

export interface Upserted {
  record: JsonObject
  /** Absent: the record was created. */
  previous?: JsonObject
}

/** Calls with the same key wait for each other, so that two of them never both create. */
async function serialize(trx: Trx, collection: ResolvedCollection, filter: JsonObject): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${collection.name} ${JSON.stringify(filter)}`}, 0))`.execute(
    trx,
  )
}

/** Updates the record that has the values of `keys`, or creates it. */
export async function upsertRecord(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  values: JsonObject,
  keys: readonly string[],
  writer: Writer,
): Promise<Upserted> {
  const filter = keyFilter(collection, keys, values)
  await serialize(trx, collection, filter)
  const [updated] = await updateRecords(trx, registry, collection, { filter }, values, writer)
  return updated ?? { record: await createRecord(trx, registry, collection, values, writer) }
}

export async function firstOrCreateRecord(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  values: JsonObject,
  keys: readonly string[],
  writer: Writer,
): Promise<{ record: JsonObject; created: boolean }> {
  const filter = keyFilter(collection, keys, values)
  await serialize(trx, collection, filter)
  const [found] = await lockRecords(trx, registry, collection, { filter })
  return found
    ? { record: found, created: false }
    : { record: await createRecord(trx, registry, collection, values, writer), created: true }
}
