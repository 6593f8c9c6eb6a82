import { AppError } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type Actor, type RecordData, run } from './data-db.ts'
import { insertPlan, insertPlans, updatePlan } from './execute-plan.ts'
import { columnList, tableOf } from './fragments.ts'
import { readTarget, type Target, targetSql } from './records.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { toRecord, visibleColumns } from './statements.ts'
import { type Id, invalid, parseId, parseIds } from './values.ts'
import { planWrite, type WritePlan } from './write-plan.ts'

// Every function here belongs into a transaction of the caller, whenever values may be nested or several records are written.

/** A record after a write, and what it was before when that was asked for. */
export interface WrittenRecord {
  record: RecordData
  previous?: RecordData
  /** Visible fields that differ from before; what every write sets is not among them. */
  changed?: string[]
}

export interface UpdateOptions {
  actor: Actor
  /** Lock and read the records first, for `previous` and `changed`. */
  previous?: boolean
}

const MAX_RECORDS = 1_000

/** Creates a record with what is nested in its values. A plain one is one statement.
 *  @throws AppError invalid_input, conflict */
export async function createRecord(
  db: DbOrTrx,
  collection: ResolvedCollection,
  values: unknown,
  { actor }: { actor: Actor },
): Promise<RecordData> {
  return toRecord(collection, await insertPlan(db, planWrite(collection, values, 'create'), actor))
}

/** Creates up to 1,000 records; all are checked before the first is written. Results are in the order of the values.
 *  @throws AppError invalid_input (paths like `values.3.title`), conflict */
export async function createRecords(
  db: DbOrTrx,
  collection: ResolvedCollection,
  values: readonly unknown[],
  { actor }: { actor: Actor },
): Promise<RecordData[]> {
  const rows = await insertPlans(db, planRecords(collection, values), actor)
  return rows.map((row) => toRecord(collection, row))
}

/** @param provided the foreign key that the place of the records gives */
export function planRecords(
  collection: ResolvedCollection,
  values: readonly unknown[],
  provided?: string,
): WritePlan[] {
  if (values.length > MAX_RECORDS) throw invalid(`At most ${MAX_RECORDS} records can be created at once.`, 'values')
  return values.map((item, index) => planWrite(collection, item, 'create', `values.${index}`, provided))
}

/** Updates the records of ids, all of which must exist, or those that match a filter.
 *  @throws AppError invalid_input, not_found, conflict */
export async function updateRecords(
  db: DbOrTrx,
  collection: ResolvedCollection,
  target: Target,
  values: unknown,
  { actor, previous = false }: UpdateOptions,
): Promise<WrittenRecord[]> {
  const plan = planWrite(collection, values, 'update')
  const named = namedIds(collection, target)
  if (named && !previous) {
    const rows = await updatePlan(db, named, plan, actor)
    requireAll(collection, named, rows)
    return rows.map((row) => ({ record: toRecord(collection, row) }))
  }
  // Locked in the order of the ids: two such updates wait for each other instead of both failing.
  const before = await readTarget(db, collection, target, { lock: true })
  if (named) requireAll(collection, named, before)
  if (before.length === 0) return []
  const after = await updatePlan(db, before.map(idOf), plan, actor)
  const records = new Map(after.map((row) => [String(row.id), toRecord(collection, row)]))
  return before.flatMap((old) => {
    const record = records.get(String(old.id))
    if (!record) return []
    return previous ? [{ record, previous: old, changed: changedFields(old, record) }] : [{ record }]
  })
}

/** Destroys the records of ids, all of which must exist, or those that match a filter.
 *  @returns them as they were last
 *  @throws AppError invalid_input, not_found, conflict while others refer to them */
export async function destroyRecords(
  db: DbOrTrx,
  collection: ResolvedCollection,
  target: Target,
  { actor }: { actor?: Actor } = {},
): Promise<RecordData[]> {
  if (collection.readOnly) throw invalid(`Records of "${collection.name}" can not be destroyed here.`, 'collection')
  const rows = await run(
    db,
    collection,
    sql`delete from ${tableOf(collection.table)} as r where ${targetSql(collection, target)}
      returning ${columnList('r', visibleColumns(collection))}`,
    actor,
    'destroy',
  )
  const named = namedIds(collection, target)
  if (named) requireAll(collection, named, rows)
  return rows.map((row) => toRecord(collection, row))
}

function namedIds(collection: ResolvedCollection, { id, ids, filter }: Target): Id[] | undefined {
  if ([id, ids, filter].filter((part) => part !== undefined).length !== 1)
    throw invalid('Say which records: by id, by ids or by a filter.', 'filter')
  if (id !== undefined) return [parseId(collection, id, 'id')]
  return ids === undefined ? undefined : parseIds(collection, ids, 'ids')
}

function requireAll(collection: ResolvedCollection, ids: readonly Id[], found: readonly { id?: unknown }[]): void {
  if (found.length === ids.length) return
  const known = new Set(found.map(({ id }) => String(id)))
  const missing = ids.find((id) => !known.has(String(id)))
  throw new AppError('not_found', `There is no record ${missing} in "${collection.name}".`, { path: 'id' })
}

function idOf(record: RecordData): Id {
  return record.id as Id
}

const BOOKKEEPING = new Set(['updatedAt', 'updatedBy'])

/** Whether `changedFields` or `withAssociationNames` may ever name it. */
export function canChange({ columns, associations }: ResolvedCollection, name: string): boolean {
  const column = columns.get(name)
  return column ? !column.hidden && !BOOKKEEPING.has(name) : associations.get(name)?.type === 'belongsTo'
}

/** Names of changed fields, with those of the associations whose foreign keys are among them. */
export function withAssociationNames({ associations }: ResolvedCollection, changed: readonly string[]): string[] {
  const held = [...associations.values()].filter(
    ({ type, foreignKey }) => type === 'belongsTo' && changed.includes(foreignKey),
  )
  return [...changed, ...held.map(({ name }) => name)]
}

/** Names of the fields that differ, without what every write sets. */
export function changedFields(previous: RecordData, record: RecordData): string[] {
  return Object.keys(record).filter(
    (name) => !BOOKKEEPING.has(name) && JSON.stringify(previous[name]) !== JSON.stringify(record[name]),
  )
}
