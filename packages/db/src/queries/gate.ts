import { sql } from 'kysely'
import type { DatabaseClient, DbOrTrx } from '../client.ts'

/** How many executions one statement lets through. */
export const ADMIT_AT_MOST = 500
const MAX_ATTEMPTS = 5

/** What of a workflow's options decides when its executions may be claimed. */
export interface AdmissionLimits {
  /** Most executions with the same limit key that are queued for a runner or running. */
  max?: number
  /** Most first starts in any time of `perMs`. */
  rate?: { max: number; perMs: number }
}

export interface OrderingLine {
  workflowId: string
  orderingKey: string
}

/** Ids of the workflows of which executions stand behind their limits. */
export async function listHeldBack(db: DbOrTrx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive limited as (
      (select workflow_id from ensue.execution where status = 'queued' and gate = 'limit' order by workflow_id limit 1)
      union all
      select (select e.workflow_id from ensue.execution e where e.status = 'queued' and e.gate = 'limit' and e.workflow_id > limited.workflow_id
        order by e.workflow_id limit 1) from limited where limited.workflow_id is not null)
    select workflow_id as id from limited where workflow_id is not null`.execute(db)
  return rows.map((row) => row.id)
}

/** Lets the first of each line through, of all lines or those named, unless one of the line is past the gate and not over.
 *  @returns how many */
export async function admitInOrder(db: DbOrTrx, lines?: readonly OrderingLine[]): Promise<number> {
  const named = lines && {
    workflows: lines.map((line) => line.workflowId),
    keys: lines.map((line) => line.orderingKey),
  }
  // The distinct lines by steps through the index: a long line costs no more than a short one.
  const candidates = named
    ? sql`lines as (
        select * from unnest(${named.workflows}::uuid[], ${named.keys}::text[]) as l(workflow_id, ordering_key))`
    : sql`lines as (
        (select workflow_id, ordering_key from ensue.execution where status = 'queued' and gate = 'order'
          order by workflow_id, ordering_key limit 1)
        union all
        select following.* from lines, lateral (
          select e.workflow_id, e.ordering_key from ensue.execution e where e.status = 'queued' and e.gate = 'order'
            and (e.workflow_id, e.ordering_key) > (lines.workflow_id, lines.ordering_key)
          order by e.workflow_id, e.ordering_key limit 1) following)`
  const admit = sql`
    with recursive ${candidates},
    heads as (
      select head.id from lines, lateral (
        select e.id from ensue.execution e where e.status = 'queued' and e.gate = 'order'
          and e.workflow_id = lines.workflow_id and e.ordering_key = lines.ordering_key
        order by e.ordering_seq limit 1) head
      where not exists (
        select from ensue.execution e where e.workflow_id = lines.workflow_id and e.ordering_key = lines.ordering_key
          and e.ordering_key is not null and e.gate is distinct from 'order' and e.finished_at is null)
      limit ${ADMIT_AT_MOST})
    update ensue.execution e set gate = case when e.limit_key is null then null else 'limit' end
    from heads where e.id = heads.id and e.status = 'queued' and e.gate = 'order'`
  for (let attempt = 1; ; attempt++)
    try {
      return Number((await admit.execute(db)).numAffectedRows ?? 0)
    } catch (error) {
      // An earlier one of the line has just been committed and let through elsewhere: look again.
      if ((error as { code?: string }).code !== '23505' || attempt === MAX_ATTEMPTS) throw error
    }
}

/** Lets executions of a workflow through as far as its limits allow. Runners take turns: each must count what the one before let through.
 *  @returns how many, and whether the rate holds some back */
export function admitWithin(
  client: DatabaseClient,
  workflowId: string,
  { max, rate }: AdmissionLimits,
): Promise<{ admitted: number; heldBackByRate: boolean }> {
  return client.transaction(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${workflowId}, 1))`.execute(trx)
    const { rows } = await sql<{ admitted: number; ready: number }>`
      with recursive keys as (
        (select limit_key from ensue.execution where status = 'queued' and gate = 'limit' and workflow_id = ${workflowId} order by limit_key limit 1)
        union all
        select following.limit_key from keys, lateral (
          select e.limit_key from ensue.execution e where e.status = 'queued' and e.gate = 'limit' and e.workflow_id = ${workflowId}
            and e.limit_key > keys.limit_key order by e.limit_key limit 1) following),
      free as (
        select limit_key, least(${ADMIT_AT_MOST}, ${max ?? null}::integer - (
          select count(*) from ensue.execution e where e.workflow_id = ${workflowId} and e.limit_key = keys.limit_key
            and e.limit_key is not null and e.gate is null and e.status in ('queued', 'running'))) as places
        from keys),
      budget as (
        select ${rate?.max ?? null}::integer - (
          select count(*) from ensue.execution e where e.workflow_id = ${workflowId} and e.admitted_at is not null
            and e.admitted_at > clock_timestamp() - ${rate?.perMs ?? 0}::double precision * interval '1 ms') as starts),
      ready as (
        select head.id, case when head.admitted_at is null then row_number() over (
            partition by head.admitted_at is null order by head.priority desc, head.id) end as start_number
        from free, lateral (
          select e.id, e.priority, e.admitted_at from ensue.execution e where e.status = 'queued' and e.gate = 'limit'
            and e.workflow_id = ${workflowId} and e.limit_key = free.limit_key
          order by e.priority desc, e.id limit greatest(0, free.places)) head),
      through as (
        select ready.id from ready, budget where start_number is null or budget.starts is null or start_number <= budget.starts),
      admitted as (
        update ensue.execution e set gate = null, admitted_at = coalesce(e.admitted_at, clock_timestamp())
        from through where e.id = through.id and e.status = 'queued' and e.gate = 'limit'
        returning e.id)
      select (select count(*)::integer from admitted) as admitted, (select count(*)::integer from ready) as ready`.execute(
      trx,
    )
    const { admitted, ready } = rows[0]!
    return { admitted, heldBackByRate: rate !== undefined && ready > admitted }
  })
}
