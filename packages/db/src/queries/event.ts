import type { ExecutionStatus, JsonObject, RunError } from '@ensue/engine'
import { sql } from 'kysely'
import type { Db, DbOrTrx, Trx } from '../client.ts'
import { toJsonText } from '../json-text.ts'
import type { EventSource } from '../tables/event.ts'

export interface EventRow {
  id: string
  name: string
  params: JsonObject
  source: EventSource
  depth: number
  emittedAt: string
  dueAt: string | null
  orderingKey: string | null
  idempotencyKey: string | null
}

const COLUMNS = [
  'id',
  'name',
  'params',
  'source',
  'depth',
  'emittedAt',
  'dueAt',
  'orderingKey',
  'idempotencyKey',
] as const

export interface NewEvent {
  id: string
  name: string
  params: JsonObject
  source: EventRow['source']
  depth: number
  idempotencyKey: string | null
  orderingKey: string | null
  /** Its listeners start so much later; 0: now. */
  delayMs: number
}

/** @returns undefined when an event of the name has the idempotency key already */
export function insertEvent(trx: Trx, { delayMs, ...event }: NewEvent): Promise<EventRow | undefined> {
  return trx
    .insertInto('event')
    .values({
      ...event,
      params: toJsonText(event.params),
      source: toJsonText(event.source),
      dueAt: delayMs > 0 ? sql<string>`now() + ${delayMs}::double precision * interval '1 ms'` : null,
    })
    .onConflict((conflict) =>
      conflict.columns(['name', 'idempotencyKey']).where('idempotencyKey', 'is not', null).doNothing(),
    )
    .returning(COLUMNS)
    .executeTakeFirst()
}

export function findEventByKey(db: DbOrTrx, name: string, idempotencyKey: string): Promise<EventRow | undefined> {
  return db
    .selectFrom('event')
    .select(COLUMNS)
    .where('name', '=', name)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst()
}

export function findEvent(db: DbOrTrx, id: string): Promise<EventRow | undefined> {
  return db.selectFrom('event').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

export interface EventFilter {
  name?: string
  /** Instants; emitted from, up to but without. */
  from?: string
  to?: string
  /** The id of the last event of the page before. */
  after?: string
  limit: number
}

export interface EmittedEvent extends EventRow {
  /** The title of the workflow whose execution has emitted it. */
  emitter: string | null
}

/** Newest first. */
export function listEvents(db: DbOrTrx, filter: EventFilter): Promise<EmittedEvent[]> {
  let query = db
    .selectFrom('event')
    .select(COLUMNS)
    .select((row) =>
      row
        .selectFrom('execution as e')
        .innerJoin('workflow as w', 'w.id', 'e.workflowId')
        .select('w.title')
        .where('e.id', '=', sql<string>`(event.source ->> 'executionId')::uuid`)
        .as('emitter'),
    )
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  if (filter.from !== undefined) query = query.where('emittedAt', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('emittedAt', '<', filter.to)
  if (filter.after !== undefined) query = query.where('id', '<', filter.after)
  return query.execute()
}

/** Takes delayed events whose time has come, in the order in which they fell due: their listeners are to be started in the same
 *  transaction. One process at a time, or the order would be lost; the others get none. */
export async function takeDueEvents(trx: Trx, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    with due as materialized (
      select id, due_at from ensue.event where due_at <= now() order by due_at, id limit ${limit}),
    alone as materialized (
      select pg_try_advisory_xact_lock(hashtextextended('ensue.due_events', 0)) as got from (select from due limit 1) as any_due),
    taken as (
      update ensue.event e set due_at = null from due, alone where alone.got and e.id = due.id and e.due_at is not null
      returning e.*)
    select ${sql.join(COLUMNS.map((column) => sql.ref(`taken.${column}`)))}
    from taken join due using (id) order by due.due_at, id`.execute(trx)
  return rows
}

const DELETED_AT_ONCE = 2_000

/** Deletes a batch of those that were emitted longer ago and have had their listeners. Ids begin with the time of the emission: only
 *  old rows are looked at. @returns how many */
export async function deleteOldEvents(db: Db, keepDays: number): Promise<number> {
  const before = sql`now() - ${keepDays}::integer * interval '1 day'`
  const { numAffectedRows } = await sql`
    delete from ensue.event where id in (
      select id from ensue.event
      where id < rpad(lpad(to_hex((extract(epoch from ${before}) * 1000)::bigint), 12, '0'), 32, 'f')::uuid
        and emitted_at < ${before} and due_at is null
      order by id limit ${DELETED_AT_ONCE})`.execute(db)
  return Number(numAffectedRows)
}

export interface ExecutionOfEvent {
  id: string
  workflow: string | null
  status: ExecutionStatus
  reason: string | null
  error: RunError | null
  replay: boolean
  queuedAt: string
  finishedAt: string | null
}

/** The executions that an event has started, replays and skipped ones too; oldest first. */
export function listExecutionsOfEvent(db: DbOrTrx, eventId: string): Promise<ExecutionOfEvent[]> {
  return db
    .selectFrom('execution as e')
    .leftJoin('workflow as w', 'w.id', 'e.workflowId')
    .select(['e.id', 'w.key as workflow', 'e.status', 'e.reason', 'e.error', 'e.queuedAt', 'e.finishedAt'])
    .select(sql<boolean>`coalesce((e.context #>> '{event,replay}')::boolean, false)`.as('replay'))
    .where('e.eventId', '=', eventId)
    .orderBy('e.id')
    .execute()
}
