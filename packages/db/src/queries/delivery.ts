import type { HttpReply, JsonObject, Masker } from '@ensue/engine'
import { CompiledQuery, sql } from 'kysely'
import type { Db, DbOrTrx } from '../client.ts'
import { toMaskedDeliveries } from '../masked-text.ts'
import type { DeliveryOutcome } from '../tables/webhook.ts'

/** A request to a webhook as it enters the inbox. */
export interface NewDelivery {
  id: string
  workflowId: string
  at: string
  method: string
  /** With the query. */
  path: string
  ip: string | null
  /** Names in lower case; what is secret is masked. */
  headers: JsonObject
  /** Base64. */
  body: string
  bodyBytes: number
  outcome: DeliveryOutcome
  reason: string | null
  message: string | null
  status: number | null
  durationMs: number | null
  executionId: string | null
  dedupeKey: string | null
  macKey: string | null
  answer: HttpReply | null
  originalId: string | null
}

const LIST_COLUMNS = [
  'd.id',
  'w.key as workflow',
  'd.at',
  'd.method',
  'd.path',
  'd.ip',
  'd.bodyBytes',
  'd.outcome',
  'd.reason',
  'd.message',
  'd.executionId',
  'd.originalId',
  'e.status as executionStatus',
] as const

// A sync delivery leaves its answer and its end to its execution.
const statusColumn = sql<number | null>`coalesce(d.status, (e.response ->> 'status')::smallint,
  case e.status when 'succeeded' then 200 when 'failed' then 500 when 'canceled' then 500 end)`.as('status')
const durationColumn = sql<
  number | null
>`coalesce(d.duration_ms, (extract(epoch from e.finished_at - d.at) * 1000)::integer)`.as('durationMs')

const joined = (db: DbOrTrx) =>
  db
    .selectFrom('delivery as d')
    .innerJoin('workflow as w', 'w.id', 'd.workflowId')
    .leftJoin('execution as e', 'e.id', 'd.executionId')

export interface DeliveryFilter {
  workflow?: string
  outcome?: DeliveryOutcome[]
  /** Instants; received from, up to but without. */
  from?: string
  to?: string
  /** The id of the last delivery of the page before. */
  after?: string
  /** Only deliveries newer than this one: for who listens. */
  since?: string
  limit: number
}

/** Newest first, without headers and bodies. */
export function listDeliveries(db: DbOrTrx, filter: DeliveryFilter) {
  let query = joined(db)
    .select(LIST_COLUMNS)
    .select([statusColumn, durationColumn])
    .orderBy('d.id', 'desc')
    .limit(filter.limit)
  if (filter.workflow !== undefined)
    query = query.where('d.workflowId', '=', (eb) =>
      eb.selectFrom('workflow').select('id').where('key', '=', filter.workflow!),
    )
  if (filter.outcome !== undefined) query = query.where('d.outcome', 'in', filter.outcome)
  if (filter.from !== undefined) query = query.where('d.at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('d.at', '<', filter.to)
  if (filter.after !== undefined) query = query.where('d.id', '<', filter.after)
  if (filter.since !== undefined) query = query.where('d.id', '>', filter.since)
  return query.execute()
}

export function findDelivery(db: DbOrTrx, id: string) {
  return joined(db)
    .select(LIST_COLUMNS)
    .select([statusColumn, durationColumn, 'd.headers', 'd.body', 'd.workflowId'])
    .where('d.id', '=', id)
    .executeTakeFirst()
}

/** The delivery that holds one of the keys, with whether it is older than the window. */
export async function findFirstDelivery(
  db: DbOrTrx,
  { workflowId, dedupeKey, macKey }: Pick<NewDelivery, 'workflowId' | 'dedupeKey' | 'macKey'>,
  windowMs: number,
): Promise<
  | { id: string; executionId: string | null; status: number | null; answer: HttpReply | null; expired: boolean }
  | undefined
> {
  return db
    .selectFrom('delivery')
    .select(['id', 'executionId', 'status', 'answer'])
    .select(sql<boolean>`at < now() - ${windowMs}::double precision * interval '1 ms'`.as('expired'))
    .where('workflowId', '=', workflowId)
    .where((eb) =>
      eb.or([
        ...(dedupeKey === null ? [] : [eb('dedupeKey', '=', dedupeKey)]),
        ...(macKey === null ? [] : [eb('macKey', '=', macKey)]),
      ]),
    )
    .orderBy('id')
    .executeTakeFirst()
}

/** Frees the keys of a delivery whose window is over. */
export async function releaseDeliveryKeys(db: DbOrTrx, id: string): Promise<void> {
  await db.updateTable('delivery').set({ dedupeKey: null, macKey: null }).where('id', '=', id).execute()
}

/** The sync answer did not wait for the run's end: what was answered instead. */
export async function setDeliveryStatus(db: DbOrTrx, id: string, status: number, durationMs: number): Promise<void> {
  await db.updateTable('delivery').set({ status, durationMs }).where('id', '=', id).execute()
}

/** The statement that inserts the deliveries of a JSON parameter, up to its `on conflict`. */
export const insertDeliveriesFrom = (parameter: string) => `
  insert into ensue.delivery (id, workflow_id, at, method, path, ip, headers, body, body_bytes, outcome, reason, message, status,
    duration_ms, execution_id, dedupe_key, mac_key, answer, original_id)
  select id, "workflowId", at, method, path, ip, headers, decode(body, 'base64'), "bodyBytes", outcome, reason, message, status,
    "durationMs", "executionId", "dedupeKey", "macKey", answer, "originalId"
  from jsonb_to_recordset(${parameter}::jsonb) as d(
    id uuid, "workflowId" uuid, at timestamptz, method text, path text, ip text, headers jsonb, body text, "bodyBytes" integer,
    outcome text, reason text, message text, status smallint, "durationMs" integer, "executionId" uuid, "dedupeKey" text,
    "macKey" text, answer jsonb, "originalId" uuid)`

/** Writes deliveries that start nothing. */
export async function insertDeliveries(db: Db, deliveries: NewDelivery[], masker: Masker): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(insertDeliveriesFrom('$1'), [toMaskedDeliveries(deliveries, masker)]))
}

export interface DeliveryRetention {
  keepDays: number
  keepRefusedDays: number
  /** The most refused deliveries that are kept of one webhook. */
  maxRefused: number
}

const DELETED_AT_ONCE = 2_000

/** Deletes a batch of what is older than the retention. @returns how many */
export async function deleteOldDeliveries(db: Db, retention: DeliveryRetention): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with aged as (
      select id from ensue.delivery where at < now() - ${retention.keepDays}::integer * interval '1 day'
      order by at limit ${DELETED_AT_ONCE}),
    refused as (
      select d.id from ensue.workflow w cross join lateral (
        select id from ensue.delivery where workflow_id = w.id and outcome = 'rejected'
          and at < now() - ${retention.keepRefusedDays}::integer * interval '1 day'
        order by id limit ${DELETED_AT_ONCE}) d),
    flooded as (
      select d.id from ensue.workflow w cross join lateral (
        select id from ensue.delivery where workflow_id = w.id and outcome = 'rejected'
        order by id desc offset ${retention.maxRefused} limit ${DELETED_AT_ONCE}) d),
    deleted as (
      delete from ensue.delivery where id in (select id from aged union select id from refused union select id from flooded)
      returning 1),
    stale as (delete from ensue.rate_limit where expire < extract(epoch from now()) * 1000)
    select count(*)::integer as count from deleted`.execute(db)
  return rows[0]!.count
}
