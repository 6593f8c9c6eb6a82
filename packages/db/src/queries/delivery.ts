import type { JsonObject, Masker } from '@ensue/engine'
import { CompiledQuery, sql } from 'kysely'
import type { Db, DbOrTrx } from '../client.ts'
import { toMaskedDeliveries } from '../masked-text.ts'
import type { AcceptedRequest, DeliveryOutcome } from '../tables/webhook.ts'
import { GREATEST_ID, LEAST_ID } from './id-bounds.ts'

/** A request that started nothing, as it enters the inbox. */
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
  outcome: Exclude<DeliveryOutcome, 'accepted'>
  reason: string | null
  message: string | null
  status: number
  durationMs: number
  executionId: string | null
}

/** A request as the inbox lists it; an accepted one has the id of its execution. */
export interface DeliveryRow {
  id: string
  workflow: string
  at: string
  method: string
  path: string
  ip: string | null
  bodyBytes: number
  outcome: DeliveryOutcome
  reason: string | null
  message: string | null
  /** Null while a sync run goes on. */
  status: number | null
  durationMs: number | null
  executionId: string | null
  executionStatus: string | null
}

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

const ACCEPTED = sql`
  e.id, w.key as workflow, e.queued_at as at, e.context ->> 'method' as method, e.request ->> 'path' as path, e.context ->> 'ip' as ip,
  (e.request ->> 'bodyBytes')::integer as body_bytes, 'accepted' as outcome, null as reason, e.request ->> 'message' as message,
  coalesce((e.request ->> 'status')::smallint, (e.response ->> 'status')::smallint,
    case e.status when 'succeeded' then 200 when 'failed' then 500 when 'canceled' then 500 end) as status,
  coalesce((e.request ->> 'durationMs')::integer, (extract(epoch from e.finished_at - e.queued_at) * 1000)::integer) as duration_ms,
  e.id as execution_id, e.status as execution_status`
const OTHER = sql`
  d.id, w.key as workflow, d.at, d.method, d.path, d.ip, d.body_bytes, d.outcome, d.reason, d.message, d.status, d.duration_ms,
  d.execution_id, null as execution_status`

/** The inbox of a webhook or of all, newest first, without headers and bodies. */
export async function listDeliveries(db: DbOrTrx, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  const { workflow, outcome, from, to, after, since, limit } = filter
  const ofWorkflow = workflow === undefined ? sql`` : sql`where w.key = ${workflow}`
  // Compared as rows and sorted so that only the indexes by workflow and id serve the page, whatever the planner expects.
  const page = (table: 'e' | 'd', at: string) => sql`${sql.ref(`${table}.workflowId`)} >= w.id
    and (${sql.ref(`${table}.workflowId`)}, ${sql.ref(`${table}.id`)}) ${after === undefined ? sql`<=` : sql`<`} (w.id, ${after ?? GREATEST_ID}::uuid)
    ${since === undefined ? sql`` : sql`and ${sql.ref(`${table}.id`)} > ${since}`}
    ${from === undefined ? sql`` : sql`and ${sql.ref(at)} >= ${from}`}
    ${to === undefined ? sql`` : sql`and ${sql.ref(at)} < ${to}`}`
  const newest = (table: 'e' | 'd') =>
    sql`order by ${sql.ref(`${table}.workflowId`)} desc, ${sql.ref(`${table}.id`)} desc limit ${limit}`
  // Requests that were deleted leave executions without; there may be many of them.
  const accepted = sql`(select page.* from ensue.workflow w cross join lateral (select ${ACCEPTED} from ensue.execution e
    where ${page('e', 'e.queued_at')} and e.id > coalesce(w.requests_deleted_to, ${LEAST_ID}::uuid) and e.request is not null
    ${newest('e')}) as page ${ofWorkflow})`
  const other = sql`(select page.* from ensue.workflow w cross join lateral (select ${OTHER} from ensue.delivery d
    where ${page('d', 'd.at')} ${outcome === undefined ? sql`` : sql`and d.outcome = any(${outcome})`}
    ${newest('d')}) as page ${ofWorkflow})`
  const parts = [
    ...(outcome === undefined || outcome.includes('accepted') ? [accepted] : []),
    ...(outcome === undefined || outcome.some((one) => one !== 'accepted') ? [other] : []),
  ]
  const { rows } = await sql<DeliveryRow>`
    select * from (${sql.join(parts, sql` union all `)}) as request order by id desc limit ${limit}`.execute(db)
  return rows
}

export interface Delivery extends DeliveryRow {
  headers: JsonObject
  body: Buffer
}

export async function findDelivery(db: DbOrTrx, id: string): Promise<Delivery | undefined> {
  const { rows } = await sql<Delivery>`
    select ${ACCEPTED}, coalesce(e.request -> 'headers', e.context -> 'headers') as headers, coalesce(e.body, '') as body
    from ensue.execution e join ensue.workflow w on w.id = e.workflow_id where e.id = ${id} and e.request is not null
    union all
    select ${OTHER}, d.headers, d.body from ensue.delivery d join ensue.workflow w on w.id = d.workflow_id where d.id = ${id}`.execute(
    db,
  )
  return rows[0]
}

export interface FirstDelivery {
  executionId: string
  /** Undefined when the request is not kept any more. */
  request: AcceptedRequest | null
  /** It is older than the window: its key may be taken by another. */
  expired: boolean
}

/** The accepted delivery that has a key. */
export function findFirstDelivery(
  db: DbOrTrx,
  workflowId: string,
  idempotencyKey: string,
  windowMs: number,
): Promise<FirstDelivery | undefined> {
  return db
    .selectFrom('execution')
    .select(['id as executionId', 'request'])
    .select(sql<boolean>`queued_at < now() - ${windowMs}::double precision * interval '1 ms'`.as('expired'))
    .where('workflowId', '=', workflowId)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst()
}

/** Frees the key of a delivery whose window is over. */
export async function releaseDeliveryKey(db: DbOrTrx, executionId: string): Promise<void> {
  await db.updateTable('execution').set({ idempotencyKey: null }).where('id', '=', executionId).execute()
}

/** The sync answer did not wait for the run's end: what was answered instead. */
export async function setDeliveryAnswer(
  db: DbOrTrx,
  executionId: string,
  answer: Required<Pick<AcceptedRequest, 'status' | 'durationMs'>>,
): Promise<void> {
  await sql`update ensue.execution set request = request || ${JSON.stringify(answer)}::jsonb
    where id = ${executionId} and request is not null`.execute(db)
}

const INSERT_DELIVERIES = `
  insert into ensue.delivery (id, workflow_id, at, method, path, ip, headers, body, body_bytes, outcome, reason, message, status,
    duration_ms, execution_id)
  select id, "workflowId", at, method, path, ip, headers, decode(body, 'base64'), "bodyBytes", outcome, reason, message, status,
    "durationMs", "executionId"
  from jsonb_to_recordset($1::jsonb) as d(
    id uuid, "workflowId" uuid, at timestamptz, method text, path text, ip text, headers jsonb, body text, "bodyBytes" integer,
    outcome text, reason text, message text, status smallint, "durationMs" integer, "executionId" uuid)`

/** Writes deliveries that start nothing. */
export async function insertDeliveries(db: Db, deliveries: NewDelivery[], masker: Masker): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(INSERT_DELIVERIES, [toMaskedDeliveries(deliveries, masker)]))
}
