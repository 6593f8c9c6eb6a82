import type { JsonObject } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { toJsonText } from '../json-text.ts'

export interface ScheduleRow {
  workflowId: string
  versionId: string
  config: JsonObject
  active: boolean
  byRecord: boolean
  since: string
  nextFireAt: string | null
  dueAt: string | null
  runs: number
  lastFireAt: string | null
  missedUntil: string | null
  finishedAt: string | null
}

const COLUMNS = [
  'workflowId',
  'versionId',
  'config',
  'active',
  'byRecord',
  'since',
  'nextFireAt',
  'dueAt',
  'runs',
  'lastFireAt',
  'missedUntil',
  'finishedAt',
] as const

/** The database's clock, or the time that a test says it is. */
const clock = (now: string | undefined) => sql<string>`coalesce(${now ?? null}::timestamptz, clock_timestamp())`

export async function databaseNow(db: DbOrTrx, now?: string): Promise<string> {
  const { rows } = await sql<{ now: string }>`select ${clock(now)} as now`.execute(db)
  return rows[0]!.now
}

/** Locked until the transaction ends. */
export function lockSchedule(trx: Trx, workflowId: string): Promise<ScheduleRow | undefined> {
  return trx.selectFrom('schedule').select(COLUMNS).where('workflowId', '=', workflowId).forUpdate().executeTakeFirst()
}

export async function putSchedule(trx: Trx, { config, ...row }: ScheduleRow): Promise<void> {
  const values = { ...row, config: toJsonText(config) }
  await trx
    .insertInto('schedule')
    .values(values)
    .onConflict((conflict) => conflict.column('workflowId').doUpdateSet(values))
    .execute()
}

export async function deleteSchedule(trx: Trx, workflowId: string): Promise<void> {
  await trx.deleteFrom('schedule').where('workflowId', '=', workflowId).execute()
}

export function listSchedulesOf(db: DbOrTrx, collection: string): Promise<ScheduleRow[]> {
  return db
    .selectFrom('schedule')
    .select(COLUMNS)
    .where('byRecord', '=', true)
    .where(sql<boolean>`config -> 'dateField' ->> 'collection' = ${collection}`)
    .execute()
}

/** Of every workflow that has one live, those first that fire next. A schedule by records has its next fire in them. */
export function listSchedules(db: DbOrTrx) {
  return db
    .selectFrom('schedule as s')
    .innerJoin('workflow as w', 'w.id', 's.workflowId')
    .select([
      'w.key as workflow',
      'w.title',
      'w.enabled',
      's.config',
      's.active',
      's.byRecord',
      's.runs',
      's.lastFireAt',
      's.finishedAt',
    ])
    .select(
      sql<string | null>`case when s.active then coalesce(s.next_fire_at, (
        select min(r.due_at) from ensue.schedule_record r where r.workflow_id = s.workflow_id)) end`.as('nextFireAt'),
    )
    .orderBy(sql`next_fire_at nulls last`)
    .orderBy('w.key')
    .execute()
}

/** Tells whether schedules are due, by the database's clock, and keeps record of having looked. After a time in which nothing
 *  did, all that was to fire is marked as missed, by whichever process comes first.
 *  @param downAfterMs nobody looked for so long: nothing was running */
export async function lookAtSchedules(
  db: DbOrTrx,
  downAfterMs: number,
  now?: string,
): Promise<{ due: boolean; recordsDue: boolean }> {
  const { rows } = await sql<{ due: boolean; recordsDue: boolean }>`
    with clock as materialized (select ${clock(now)} as now),
    last as materialized (
      select c.looked_at from ensue.schedule_clock c, clock
      where c.looked_at < clock.now - interval '1 second' for update of c),
    looked as (update ensue.schedule_clock set looked_at = clock.now from clock, last),
    missed as (
      update ensue.schedule s set missed_until = clock.now from clock, last
      where last.looked_at < clock.now - ${downAfterMs}::double precision * interval '1 ms'
        and s.active and (s.by_record or s.next_fire_at <= clock.now))
    select exists (select 1 from ensue.schedule, clock where due_at <= clock.now) as due,
      exists (
        select 1 from ensue.schedule s, clock where s.by_record and s.active and exists (
          select 1 from ensue.schedule_record r where r.workflow_id = s.workflow_id and r.due_at <= clock.now)) as "recordsDue"
  `.execute(db)
  return rows[0]!
}

/** Schedules that are due, locked until the transaction ends; those that another process has are left to it. */
export function takeDueSchedules(trx: Trx, now: string, limit: number): Promise<ScheduleRow[]> {
  return trx
    .selectFrom('schedule')
    .select(COLUMNS)
    .where('dueAt', '<=', now)
    .orderBy('dueAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

export type ScheduleChange = Pick<
  ScheduleRow,
  'workflowId' | 'active' | 'nextFireAt' | 'dueAt' | 'runs' | 'lastFireAt' | 'finishedAt'
>

export async function saveSchedules(trx: Trx, changes: ScheduleChange[]): Promise<void> {
  await sql`
    update ensue.schedule s set active = x.active, next_fire_at = x."nextFireAt", due_at = x."dueAt", runs = x.runs,
      last_fire_at = x."lastFireAt", finished_at = x."finishedAt"
    from jsonb_to_recordset(${toJsonText(changes)}::jsonb) as x("workflowId" uuid, active boolean, "nextFireAt" timestamptz,
      "dueAt" timestamptz, runs integer, "lastFireAt" timestamptz, "finishedAt" timestamptz)
    where s.workflow_id = x."workflowId"`.execute(trx)
}

/** Runs of schedules that are not over: workflow and idempotency key of each. */
export function listOpenScheduleRuns(
  trx: Trx,
  workflowIds: string[],
): Promise<{ workflowId: string; idempotencyKey: string | null }[]> {
  if (workflowIds.length === 0) return Promise.resolve([])
  return (
    trx
      .selectFrom('execution')
      .select(['workflowId', 'idempotencyKey'])
      .where('workflowId', 'in', workflowIds)
      // As the index has it.
      .where(sql<boolean>`trigger_type = 'schedule' and status in ('queued', 'running', 'waiting')`)
      .execute()
  )
}
