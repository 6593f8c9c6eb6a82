import type { Json, JsonObject } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { toJsonText } from '../json-text.ts'

export interface EventRow {
  id: string
  name: string
  params: JsonObject
  source: { kind: 'execution' | 'api'; [key: string]: Json }
  depth: number
  emittedAt: string
  dueAt: string | null
  orderingKey: string | null
}

const COLUMNS = ['id', 'name', 'params', 'source', 'depth', 'emittedAt', 'dueAt', 'orderingKey'] as const

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

/** Newest first. */
export function listEvents(db: DbOrTrx, filter: { name?: string; after?: string; limit: number }): Promise<EventRow[]> {
  let query = db.selectFrom('event').select(COLUMNS).orderBy('id', 'desc').limit(filter.limit)
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
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
