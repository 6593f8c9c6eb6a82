import { FenceError, type Resolution, type Wait } from '@ensue/engine'
import { newId } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'

/** Parks a running execution in the run's own transaction: the wait, its task if it is one, and the status. Clock: the database's. */
export async function parkExecution(trx: Trx, executionId: string, wait: Wait): Promise<void> {
  const dueInMs = (wait.kind === 'task' ? wait.task.dueInMs : 'durationMs' in wait ? wait.durationMs : null) ?? null
  const until = wait.kind === 'timer' && 'untilAt' in wait ? wait.untilAt : null
  const wakeAt = sql<
    string | null
  >`coalesce(${until}::timestamptz, now() + ${dueInMs}::double precision * interval '1 ms')`
  await trx
    .insertInto('wait')
    .values({
      executionId,
      path: wait.path,
      kind: wait.kind,
      wakeAt,
      awaitedId: wait.kind === 'execution' ? wait.executionId : null,
    })
    // The same node run waits anew: a retry's pause after a decision, or the next wait of a node that waits twice.
    .onConflict((conflict) =>
      conflict.columns(['executionId', 'path']).doUpdateSet((eb) => ({
        kind: eb.ref('excluded.kind'),
        wakeAt: eb.ref('excluded.wakeAt'),
        awaitedId: eb.ref('excluded.awaitedId'),
        resolution: null,
        resolvedAt: null,
      })),
    )
    .execute()
  if (wait.kind === 'task') {
    const { task } = wait
    await trx
      .insertInto('task')
      .values({
        id: newId(),
        executionId,
        path: wait.path,
        node: task.node,
        title: task.title,
        description: task.description ?? null,
        users: task.users,
        roles: task.roles,
        form: task.form ? JSON.stringify(task.form) : null,
        decisions: JSON.stringify(task.decisions),
        dueAt: wakeAt,
      })
      .onConflict((conflict) => conflict.columns(['executionId', 'path']).doNothing())
      .execute()
  }
  const { numUpdatedRows } = await trx
    .updateTable('execution')
    .set({ status: 'waiting', runnerId: null })
    .where('id', '=', executionId)
    .where('status', '=', 'running')
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new FenceError(`Execution ${executionId} was taken over.`)
}

/** What has ended waits of the execution so far. */
export async function listResolutions(db: DbOrTrx, executionId: string): Promise<Resolution[]> {
  const rows = await db
    .selectFrom('wait')
    .select('resolution')
    .where('executionId', '=', executionId)
    .where('resolution', 'is not', null)
    .execute()
  return rows.flatMap((row) => (row.resolution ? [row.resolution] : []))
}

/** Ends the waits whose time has come and queues their executions, by the database's clock.
 *  @returns how many; `limit` of them may mean that more are due. And the executions that were waited for in vain, for the caller to
 *    cancel in the same transaction */
export async function fireDueWaits(db: DbOrTrx, limit: number): Promise<{ fired: number; abandoned: string[] }> {
  const { rows } = await sql<{ count: number; abandoned: string[] | null }>`
    with due as (
      select execution_id, path, kind, awaited_id from ensue.wait
      where resolved_at is null and wake_at <= now() order by wake_at limit ${limit} for update skip locked),
    fired as (
      update ensue.wait w set resolved_at = now(), resolution = jsonb_build_object('path', due.path,
        'value', case when due.kind = 'execution' then jsonb_build_object('executionId', due.awaited_id, 'status', 'running') end,
        'kind', case due.kind when 'task' then 'expired' when 'execution' then 'ended' else 'fired' end)
      from due where w.execution_id = due.execution_id and w.path = due.path),
    expired as (
      update ensue.task t set status = 'expired', decided_at = now()
      from due where due.kind = 'task' and t.execution_id = due.execution_id and t.path = due.path and t.status = 'pending'),
    queued as (
      update ensue.execution e set status = 'queued' from due where e.id = due.execution_id and e.status = 'waiting')
    select count(*)::int as count, array_agg(awaited_id) filter (where awaited_id is not null) as abandoned from due`.execute(
    db,
  )
  return { fired: rows[0]?.count ?? 0, abandoned: rows[0]?.abandoned ?? [] }
}

/** Ends the waits for executions that are over, and queues those that waited.
 *  @param awaited ids of executions; all of them when left out, `limit` at most
 *  @returns how many */
export async function resolveAwaited(
  db: DbOrTrx,
  awaited?: readonly string[],
  limit = awaited?.length ?? 500,
): Promise<number> {
  const among = awaited ? sql`w.awaited_id = any(${[...awaited]}::uuid[])` : sql`w.awaited_id is not null`
  const { rows } = await sql<{ count: number }>`
    with over as (
      select w.execution_id, w.path, e.id, e.status, e.error, e.output from ensue.wait w join ensue.execution e on e.id = w.awaited_id
      where ${among} and w.resolved_at is null and e.finished_at is not null limit ${limit} for update of w skip locked),
    resolved as (
      update ensue.wait w set resolved_at = now(), resolution = jsonb_build_object('path', over.path, 'kind', 'ended', 'value',
        jsonb_strip_nulls(jsonb_build_object('executionId', over.id, 'status', over.status, 'error', over.error))
          || case when over.output is null then '{}' else jsonb_build_object('output', over.output->'value') end)
      from over where w.execution_id = over.execution_id and w.path = over.path),
    queued as (
      update ensue.execution e set status = 'queued' from over where e.id = over.execution_id and e.status = 'waiting')
    select count(*)::int as count from over`.execute(db)
  return rows[0]?.count ?? 0
}
