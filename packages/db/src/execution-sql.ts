import type { HttpReply, Json, JsonObject, NodeRun, RunError, RunResult } from '@ensue/engine'
import { prepared } from './prepared.ts'
import type { AcceptedRequest } from './tables/webhook.ts'

/** A new execution as it enters the table. What it does not have is undefined, not null: it is then not sent. */
export interface NewExecution {
  id: string
  workflowId: string
  versionId: string
  triggerType: string
  sync: boolean
  debug: boolean
  priority: number
  depth: number
  parentId: string | undefined
  rootId: string | undefined
  context: JsonObject
  label: string | undefined
  idempotencyKey: string | undefined
  queuedAt: string
  /** Of a webhook: the request that starts it, and its body as base64. */
  request?: AcceptedRequest
  body?: string
  /** What it has to pass before it may be claimed; see queries/gate. */
  gate?: 'order' | 'limit'
  orderingKey?: string
  limitKey?: string
  /** The event that starts it. */
  eventId?: string
}

/** Why an execution is recorded as skipped instead of being started. */
export interface Refusal {
  reason: string
  message: string
}

/** What a claim hands to the one who runs the execution. */
export interface Claim {
  id: string
  epoch: number
  workflowId: string
  versionId: string
  triggerType: string
  context: JsonObject
  sync: boolean
  debug: boolean
  depth: number
  queuedAt: string
  crashStarts: number
  orderingKey: string | null
  limitKey: string | null
}

/** One row of `INSERT`: a queued execution, or one that was run before it was written. */
export interface InsertItem extends NewExecution {
  status: 'queued' | 'running' | 'skipped' | RunResult['status']
  epoch: number
  runnerId?: string | undefined
  entries?: NodeRun[] | undefined
  reason?: string | undefined
  error?: RunError | undefined
  output?: { value: Json } | undefined
  response?: HttpReply | undefined
  messages?: string[] | undefined
}

/** One row of `FLUSH`. */
export interface FlushItem {
  id: string
  epoch: number
  seq: number
  entries: NodeRun[] | undefined
  /** Set when the run ends with this flush. */
  status: RunResult['status'] | undefined
  reason: string | undefined
  error: RunError | undefined
  output: { value: Json } | undefined
  response: HttpReply | undefined
  messages: string[] | undefined
}

/** Inserts executions with what was journaled of them; answers the ids whose idempotency key was free. $1: InsertItem[] */
export const INSERT = prepared(`
  insert into ensue.execution (id, workflow_id, version_id, trigger_type, sync, debug, priority, depth, parent_id, root_id, context, label,
    idempotency_key, queued_at, status, epoch, runner_id, journal, reason, error, output, response, messages, started_at, finished_at,
    gate, ordering_key, ordering_seq, limit_key, event_id, request, body)
  select id, "workflowId", "versionId", "triggerType", sync, debug, priority, depth, "parentId", "rootId", context, label,
    "idempotencyKey", "queuedAt", status, epoch, "runnerId", entries, reason, error, output, response, messages,
    case when status <> 'queued' then "queuedAt" end,
    case when status not in ('queued', 'running') then clock_timestamp() end,
    gate, "orderingKey", case when "orderingKey" is not null then nextval('ensue.execution_order') end, "limitKey", "eventId",
    request, decode(body, 'base64')
  from jsonb_to_recordset($1::jsonb) as x(
    id uuid, "workflowId" uuid, "versionId" uuid, "triggerType" text, sync boolean, debug boolean, priority smallint, depth smallint,
    "parentId" uuid, "rootId" uuid, context jsonb, label text, "idempotencyKey" text, "queuedAt" timestamptz, status text, epoch integer,
    "runnerId" uuid, entries jsonb, reason text, error jsonb, output jsonb, response jsonb, messages jsonb,
    gate text, "orderingKey" text, "limitKey" text, "eventId" uuid, request jsonb, body text)
  on conflict (workflow_id, idempotency_key) where idempotency_key is not null do nothing
  returning id`)

const flushWith = (set: string, more: string) =>
  prepared(`
  with input as (select * from jsonb_to_recordset($1::jsonb) as x(
      id uuid, epoch integer, seq integer, entries jsonb, status text, reason text, error jsonb, output jsonb, response jsonb, messages jsonb)),
  held as (
    select e.id from ensue.execution e join input using (id)
    where input.status is null and e.epoch = input.epoch and e.status = 'running' for no key update of e),
  finished as (
    update ensue.execution e set status = input.status, reason = input.reason, error = input.error, output = input.output,
      response = input.response, messages = input.messages, finished_at = clock_timestamp(), runner_id = null${set}
    from input where input.status is not null and e.id = input.id and e.epoch = input.epoch and e.status = 'running'
    returning e.id),
  alive as (select id from held union all select id from finished),
  journaled as (
    insert into ensue.journal (execution_id, epoch, seq, entries)
    select input.id, input.epoch, input.seq, input.entries from input join alive using (id) where jsonb_typeof(input.entries) = 'array')${more}
  select id from alive`)

/** Journals and ends executions whose claim still holds; answers their ids. $1: FlushItem[] */
export const FLUSH = flushWith('', '')

/** The same for executions of which no node runs are kept: what was journaled of those that end is deleted. A statement of its own,
 *  so that all others look nothing up. */
export const FLUSH_AND_FORGET = flushWith(
  ', journal = null',
  `,
  forgotten as (delete from ensue.journal where execution_id = any(array(select id from finished)))`,
)

/** Takes queued executions that have passed their gates. $1: how many, $2: runner */
export const CLAIM = prepared(`
  with picked as (
    select id from ensue.execution where status = 'queued' and gate is null
    order by priority desc, id limit $1 for update skip locked)
  update ensue.execution e set status = 'running', epoch = e.epoch + 1, runner_id = $2, started_at = coalesce(e.started_at, clock_timestamp())
  from picked where e.id = picked.id
  returning e.id, e.epoch, e.workflow_id as "workflowId", e.version_id as "versionId", e.trigger_type as "triggerType", e.context, e.sync,
    e.debug, e.depth, e.queued_at as "queuedAt", e.crash_starts as "crashStarts", e.ordering_key as "orderingKey", e.limit_key as "limitKey"`)

/** Holds the claim's row until the commit. $1: id, $2: epoch */
export const FENCE = prepared(
  `select 1 from ensue.execution where id = $1 and epoch = $2 and status = 'running' for no key update`,
)

export const JOURNAL = prepared(
  'insert into ensue.journal (execution_id, epoch, seq, entries) values ($1, $2, $3, $4::jsonb)',
)
