import type { ExecutionStatus } from '@ensue/engine'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../client.ts'
import { GREATEST_ID, LEAST_ID } from './id-bounds.ts'

/** How executions end. */
export type EndStatus = Exclude<ExecutionStatus, 'queued' | 'running' | 'waiting'>

/** What is kept of executions that ended in one way. */
export interface Kept {
  /** Since their end. */
  maxAgeDays: number
  /** Of those over it the ones that were started first go. */
  maxCount?: number | undefined
}

/** What a workflow keeps. */
export interface ExecutionRetention {
  kept: Record<EndStatus, Kept>
  /** So long after its start one with an idempotency key is kept, whatever else holds: a second start is to find it. */
  keyWindowMs: number
}

/** How far a look at a workflow's executions came, by workflow: what has to stay must not keep it from what comes after. */
export type RetentionMarks = Map<string, string>

const AT_ONCE = 1_000
/** For those who ask for the end a moment later. */
const LEAST_MINUTES = 5
const DEBUG_RUNS_KEPT: Kept = { maxAgeDays: 14 }
const STATUSES: EndStatus[] = ['succeeded', 'failed', 'canceled', 'skipped']

/** Deletes batches of executions that are over and older or more than their workflows keep, with all that is theirs. Ids begin with
 *  the time of the start, so the indexes that lists need serve this too: it reads the first execution of each workflow, and as many of
 *  the newest as a `maxCount` counts.
 *  @returns whether there is more */
export async function deleteOldExecutions(
  db: Db,
  retentionOf: (workflowId: string) => ExecutionRetention,
  marks: RetentionMarks,
): Promise<boolean> {
  const { rows } = await sql<{ workflowId: string; ageDays: number }>`
    with recursive oldest as (
      (select workflow_id, id from ensue.execution order by workflow_id, id limit 1)
      union all
      select following.* from oldest, lateral (
        select e.workflow_id, e.id from ensue.execution e where e.workflow_id > oldest.workflow_id
        order by e.workflow_id, e.id limit 1) following)
    select workflow_id, extract(epoch from now())::double precision / 86400
      - ('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 86400000.0::double precision as age_days
    from oldest`.execute(db)
  let more = await deleteBatches(db, 'debug', debugRuns, DEBUG_RETENTION, marks)
  for (const { workflowId, ageDays } of rows) {
    const retention = retentionOf(workflowId)
    const kept = Object.values(retention.kept)
    const isDue = kept.some(({ maxAgeDays, maxCount }) => ageDays > maxAgeDays || maxCount !== undefined)
    if (isDue && (await deleteBatches(db, workflowId, runsOf(workflowId), retention, marks))) more = true
  }
  return more
}

const DEBUG_RETENTION: ExecutionRetention = {
  kept: {
    succeeded: DEBUG_RUNS_KEPT,
    failed: DEBUG_RUNS_KEPT,
    canceled: DEBUG_RUNS_KEPT,
    skipped: DEBUG_RUNS_KEPT,
  },
  keyWindowMs: 0,
}

/** Executions that are looked at together, in an index by their ids. */
interface Runs {
  where(from: string): RawBuilder<unknown>
  orderBy: RawBuilder<unknown>
  /** Id of the last one that is too many. */
  excess(status: EndStatus, maxCount: number): RawBuilder<unknown>
}

const debugRuns: Runs = {
  where: (from) => sql`e.debug and e.id > ${from}`,
  orderBy: sql`e.id`,
  excess: () => sql`null::uuid`,
}

// Compared and sorted as rows, so that only the index by workflow and id serves.
const runsOf = (workflowId: string): Runs => ({
  where: (from) =>
    sql`not e.debug and e.workflow_id <= ${workflowId} and (e.workflow_id, e.id) > (${workflowId}, ${from})`,
  orderBy: sql`e.workflow_id, e.id`,
  excess: (status, maxCount) =>
    status === 'succeeded'
      ? // Where nearly none succeed, not all of the others are searched for them.
        sql`(select newest.id from (
            select e.workflow_id, e.id, e.status, e.debug from ensue.execution e
            where e.workflow_id >= ${workflowId} and (e.workflow_id, e.id) <= (${workflowId}, ${GREATEST_ID}::uuid)
            order by e.workflow_id desc, e.id desc limit ${10 * maxCount + 10_000}) newest
          where newest.status = 'succeeded' and not newest.debug
          order by newest.workflow_id desc, newest.id desc offset ${maxCount} limit 1)`
      : sql`(select e.id from ensue.execution e
          where e.workflow_id = ${workflowId} and e.status = ${sql.lit(status)} and not e.debug
            and e.status in ('failed', 'canceled', 'skipped')
          order by e.id desc offset ${maxCount} limit 1)`,
})

/** A batch from the beginning, and one from where the last turn came to. */
async function deleteBatches(
  db: Db,
  name: string,
  runs: Runs,
  retention: ExecutionRetention,
  marks: RetentionMarks,
): Promise<boolean> {
  const first = await deleteBatch(db, runs, retention, LEAST_ID)
  if (first.next === null) {
    marks.delete(name)
    return false
  }
  const [, from] = [first.next, marks.get(name) ?? ''].toSorted()
  const second = await deleteBatch(db, runs, retention, from!)
  if (second.next === null) marks.delete(name)
  else marks.set(name, second.next)
  return first.deleted > 0 || (second.deleted > 0 && second.next !== null)
}

/** Of what is old enough those stay that somebody may still ask for:
 *  - by its idempotency key, while that is remembered,
 *  - its caller, which waits for its end or, being sync, may look for it once more after a crash,
 *  - what it has led to, as long as that goes on or a delayed event is to come: guards against loops look at the whole chain.
 *  @returns how many were deleted, and where to go on: null at the end */
async function deleteBatch(
  db: Db,
  runs: Runs,
  { kept, keyWindowMs }: ExecutionRetention,
  from: string,
): Promise<{ deleted: number; next: string | null }> {
  const limits = STATUSES.map((status) => {
    const { maxAgeDays, maxCount } = kept[status]
    const excess = maxCount === undefined ? sql`null::uuid` : runs.excess(status, maxCount)
    return sql`(${sql.lit(status)}, ${maxAgeDays}::integer * interval '1 day', ${excess})`
  })
  const { rows } = await sql<{ looked: number; deleted: number; last: string | null }>`
    with recursive kept (status, age, excess) as materialized (values ${sql.join(limits)}),
    -- PostgreSQL has no max(uuid) before 18.
    until as materialized (
      select greatest(
        (lpad(to_hex((extract(epoch from now() - (select min(age) from kept)) * 1000)::bigint), 12, '0') || '7fffbfffffffffffffff')::uuid,
        (select excess from kept where excess is not null order by excess desc limit 1)) as id),
    looked as materialized (
      select e.id from ensue.execution e where ${runs.where(from)} and e.id <= (select id from until)
      order by ${runs.orderBy} limit ${AT_ONCE}),
    gone as materialized (
      select e.id from looked join ensue.execution e using (id) join kept using (status)
      where e.finished_at < now() - ${LEAST_MINUTES}::integer * interval '1 minute'
        and (e.finished_at < now() - kept.age or e.id <= kept.excess)
        and (e.idempotency_key is null or e.queued_at < now() - ${keyWindowMs}::double precision * interval '1 ms')
        -- Each by an index, whatever the planner expects: as joins, the table might be read once for each of them.
        and coalesce((select false from ensue.wait w where w.awaited_id = e.id and w.resolved_at is null limit 1), true)
        and coalesce((select not caller.sync or caller.finished_at is not null from ensue.execution caller where caller.id = e.parent_id), true)
        and not exists (
          with recursive effect as (
            select e.id, e.finished_at
            union
            select c.* from effect, lateral (
              select c.id, c.finished_at from ensue.execution c where c.parent_id = effect.id offset 0) c)
          select from effect where finished_at is null
            or exists (select from ensue.event v where v.due_at is not null and v.source ->> 'executionId' = effect.id::text))
      for update of e skip locked),
    journals as (delete from ensue.journal where execution_id = any(array(select id from gone))),
    waits as (delete from ensue.wait where execution_id = any(array(select id from gone))),
    tasks as (delete from ensue.task where execution_id = any(array(select id from gone))),
    deleted as (delete from ensue.execution where id = any(array(select id from gone)) returning 1)
    select (select count(*)::integer from looked) as looked, (select count(*)::integer from deleted) as deleted,
      (select id from looked order by id desc limit 1) as last`.execute(db)
  const { looked, deleted, last } = rows[0]!
  return { deleted, next: looked < AT_ONCE ? null : last }
}
