import { AppError } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { dataDb, type Row, run } from '../collections/data-db.ts'
import { columnOf, idArray, tableOf } from '../collections/fragments.ts'
import { quoteText } from '../collections/identifiers.ts'
import type { ResolvedCollection } from '../collections/resolved-collection.ts'
import { parseIds } from '../collections/values.ts'
import { toJsonText } from '../json-text.ts'
import type { ScheduleRow } from './schedule.ts'

export interface ScheduleRecordRow {
  recordId: string
  dueAt: string
  changedAt: string | null
  value: string | null
  nextFireAt: string | null
}

const triggerName = (workflowId: string) => `ensue_schedule_${workflowId.replaceAll('-', '')}`

/** Follows the dates of a collection's records from now on.
 *  @throws AppError conflict when the table is busy */
export async function watchRecords(
  trx: Trx,
  collection: ResolvedCollection,
  field: string,
  workflowId: string,
): Promise<void> {
  await whileBusy(trx, collection.name, async () => {
    await sql`create or replace trigger ${sql.id(triggerName(workflowId))} after insert or update or delete on ${tableOf(collection.table)}
      for each row execute function ensue.note_schedule_record(${sql.raw(quoteText(workflowId))}, ${sql.raw(quoteText(field))})`.execute(
      dataDb(trx),
    )
  })
}

/** @throws AppError conflict when the table is busy */
export async function unwatchRecords(trx: Trx, collection: ResolvedCollection, workflowId: string): Promise<void> {
  await whileBusy(trx, collection.name, async () => {
    await sql`drop trigger if exists ${sql.id(triggerName(workflowId))} on ${tableOf(collection.table)}`.execute(
      dataDb(trx),
    )
  })
}

/** A trigger waits for the transactions that use the table, and everyone else waits behind it: not for long, then. */
async function whileBusy(trx: Trx, collection: string, work: () => Promise<void>): Promise<void> {
  await sql`set local lock_timeout = '5s'`.execute(dataDb(trx))
  try {
    await work()
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error
    throw new AppError('conflict', `"${collection}" is busy with long transactions; try again later.`, { cause: error })
  }
  await sql`set local lock_timeout = default`.execute(dataDb(trx))
}

/** Arms the records there are whose dates, with the offset, are yet to come; all that have a date when the schedule repeats.
 *  They are looked at in time to be told the exact instant. */
export async function armRecords(
  trx: Trx,
  collection: ResolvedCollection,
  field: string,
  schedule: { workflowId: string; since: string; offsetMs: number; repeats: boolean },
): Promise<number> {
  const { workflowId, since, offsetMs, repeats } = schedule
  const column = columnOf('r', field)
  const isDate = collection.columns.get(field)?.type === 'date'
  const offset = sql`${offsetMs}::double precision * interval '1 ms'`
  // Midnight comes first to where clocks are 14 hours ahead of UTC.
  const due = isDate
    ? sql`(${column}::timestamp at time zone 'UTC') - interval '14 hours' + ${offset}`
    : sql`${column} + ${offset}`
  const from = sql`${since}::timestamptz - ${offset} - ${isDate ? sql`interval '2 days'` : sql`interval '0'`}`
  // What is further away overflows when the offset is added, and never comes.
  const reasonable = sql`${column} < '9999-01-01' and ${column} > '0001-01-01'`
  const { numAffectedRows } = await sql`
    insert into ensue.schedule_record (workflow_id, record_id, due_at)
    select ${workflowId}::uuid, r."id"::text, greatest(${due}, ${since}::timestamptz) from ${tableOf(collection.table)} as r
    where ${reasonable} ${repeats ? sql`` : sql`and ${column} > (${from})`}
    on conflict (workflow_id, record_id) do nothing`.execute(dataDb(trx))
  return Number(numAffectedRows ?? 0)
}

export async function disarmRecords(trx: Trx, workflowId: string): Promise<void> {
  await trx.deleteFrom('scheduleRecord').where('workflowId', '=', workflowId).execute()
}

/** One schedule with records that are due, locked until the transaction ends. */
export async function takeScheduleWithDueRecords(trx: Trx, now: string): Promise<ScheduleRow | undefined> {
  return (
    trx
      .selectFrom('schedule as s')
      .selectAll()
      .where('s.byRecord', '=', true)
      .where('s.active', '=', true)
      .where(
        sql<boolean>`exists (select 1 from ensue.schedule_record r where r.workflow_id = s.workflow_id and r.due_at <= ${now})`,
      )
      // So that one whose records are being written at the moment does not hold up the others.
      .orderBy(sql`random()`)
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
  )
}

/** Records that are due, in the order of their times; those being written at the moment come later. */
export function takeDueRecords(trx: Trx, workflowId: string, now: string, limit: number): Promise<ScheduleRecordRow[]> {
  return trx
    .selectFrom('scheduleRecord')
    .select(['recordId', 'dueAt', 'changedAt', 'value', 'nextFireAt'])
    .where('workflowId', '=', workflowId)
    .where('dueAt', '<=', now)
    .orderBy('dueAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** What the records have in a field, by id; without those that are gone or have nothing there. */
export async function readDates(
  db: DbOrTrx,
  collection: ResolvedCollection,
  field: string,
  ids: string[],
): Promise<Map<string, string>> {
  const found: Row[] = await run(
    db,
    collection,
    sql`select r."id"::text as id, ${columnOf('r', field)} as date from ${tableOf(collection.table)} as r
      where r."id" = any(${idArray(collection, parseIds(collection, ids, 'ids'))})`,
  )
  return new Map(found.flatMap(({ id, date }) => (typeof date === 'string' ? [[String(id), date]] : [])))
}

/** The dates of records after or before an instant, the nearest first. */
export async function listDates(
  db: DbOrTrx,
  collection: ResolvedCollection,
  field: string,
  { side, instant, limit }: { side: 'after' | 'before'; instant: string; limit: number },
): Promise<{ id: string; date: string }[]> {
  const column = columnOf('r', field)
  const isOnSide = side === 'after' ? sql`${column} > ${instant}` : sql`${column} <= ${instant}`
  const order = side === 'after' ? sql`asc` : sql`desc`
  const rows = await run(
    db,
    collection,
    sql`select r."id"::text as id, ${column} as date from ${tableOf(collection.table)} as r
      where ${isOnSide} and ${column} < '9999-01-01' and ${column} > '0001-01-01' order by ${column} ${order}, r."id" limit ${limit}`,
  )
  return rows.map(({ id, date }) => ({ id: String(id), date: String(date) }))
}

export async function saveScheduleRecords(
  trx: Trx,
  workflowId: string,
  rows: Pick<ScheduleRecordRow, 'recordId' | 'dueAt' | 'value' | 'nextFireAt'>[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update ensue.schedule_record r set due_at = x."dueAt", value = x.value, next_fire_at = x."nextFireAt", changed_at = null
    from jsonb_to_recordset(${toJsonText(rows)}::jsonb) as x("recordId" text, "dueAt" timestamptz, value text, "nextFireAt" timestamptz)
    where r.workflow_id = ${workflowId} and r.record_id = x."recordId"`.execute(trx)
}

export async function deleteScheduleRecords(trx: Trx, workflowId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`delete from ensue.schedule_record where workflow_id = ${workflowId} and record_id = any(${ids}::text[])`.execute(
    trx,
  )
}
