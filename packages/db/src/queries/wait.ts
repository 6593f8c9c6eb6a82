import { FenceError, type Resolution, type Wait } from '@ensue/engine'
import { newId } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { Db, DbOrTrx, Trx } from '../client.ts'

/** Parks a running execution in the run's own transaction: the wait, its task if it is one, and the status. Clock: the database's. */
export async function parkExecution(trx: Trx, executionId: string, wait: Wait): Promise<void> {
  const dueInMs = wait.kind === 'task' ? (wait.task.dueInMs ?? null) : 'durationMs' in wait ? wait.durationMs : null
  const until = wait.kind === 'timer' && 'untilAt' in wait ? wait.untilAt : null
  const wakeAt = sql<
    string | null
  >`coalesce(${until}::timestamptz, now() + ${dueInMs}::double precision * interval '1 ms')`
  await trx
    .insertInto('wait')
    .values({ executionId, path: wait.path, kind: wait.kind, wakeAt })
    // The same node run waits anew: a retry's pause after a decision, or the next wait of a node that waits twice.
    .onConflict((conflict) =>
      conflict.columns(['executionId', 'path']).doUpdateSet((eb) => ({
        kind: eb.ref('excluded.kind'),
        wakeAt: eb.ref('excluded.wakeAt'),
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
 *  @returns how many; `limit` of them may mean that more are due */
export async function fireDueWaits(db: Db, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with due as (
      select execution_id, path, kind from ensue.wait
      where resolved_at is null and wake_at <= now() order by wake_at limit ${limit} for update skip locked),
    fired as (
      update ensue.wait w set resolved_at = now(), resolution = jsonb_build_object('path', due.path, 'value', null,
        'kind', case due.kind when 'task' then 'expired' else 'fired' end)
      from due where w.execution_id = due.execution_id and w.path = due.path),
    expired as (
      update ensue.task t set status = 'expired', decided_at = now()
      from due where due.kind = 'task' and t.execution_id = due.execution_id and t.path = due.path and t.status = 'pending'),
    queued as (
      update ensue.execution e set status = 'queued' from due where e.id = due.execution_id and e.status = 'waiting')
    select count(*)::int as count from due`.execute(db)
  return rows[0]?.count ?? 0
}
