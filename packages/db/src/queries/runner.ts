import type { RunError } from '@ensue/engine'
import { sql } from 'kysely'
import type { DatabaseClient, DbOrTrx, Trx } from '../client.ts'
import { forgetNodeRuns } from './journal.ts'

/** A runner that shows no heartbeat for this long and whose lock is free is dead. */
export const DEAD_AFTER_SECONDS = 10

export interface DeadRunner {
  id: string
  workerPoolId: string | null
}

/** Frees what dead runners held: their executions go back into the queue, or fail as `crashed` after too many crash starts.
 *  One sweeper at a time. `knownDead` are runners of this host whose process is gone: they need no stale heartbeat.
 *  @param onFailed writes in the same transaction what follows from those that failed
 *  @returns how many executions were queued again */
export async function sweepDeadRunners(
  client: DatabaseClient,
  knownDead: string[],
  maxCrashStarts: number,
  onFailed: (trx: Trx, failed: { id: string; error: RunError }[]) => Promise<void>,
): Promise<number> {
  return client.transaction(async (trx) => {
    const { rows: locks } = await sql<{ got: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('ensue.sweep', 0)) as got`.execute(trx)
    if (!locks[0]?.got) return 0
    const { rows: dead } = await sql<DeadRunner>`
      select id, worker_pool_id from ensue.runner
      where (heartbeat_at < clock_timestamp() - ${DEAD_AFTER_SECONDS} * interval '1 second' or id = any(${knownDead}::uuid[]))
        and pg_try_advisory_xact_lock(lock_key)`.execute(trx)
    if (dead.length === 0) return 0
    const ids = dead.map((runner) => runner.id)
    const { rows: failed } = await sql<{ id: string; error: RunError }>`
      update ensue.execution set status = 'failed', reason = 'crashed', runner_id = null, finished_at = clock_timestamp(), epoch = epoch + 1,
        error = jsonb_build_object('code', 'crashed', 'message', 'The process that ran this execution ended ' || (crash_starts + 1) || ' times in the same node.')
      where status = 'running' and runner_id = any(${ids}::uuid[]) and crash_starts >= ${maxCrashStarts}
      returning id, error`.execute(trx)
    if (failed.length > 0) {
      await forgetNodeRuns(
        trx,
        failed.map(({ id }) => id),
      )
      await onFailed(trx, failed)
    }
    const freed = await sql`
      update ensue.execution set status = 'queued', runner_id = null, crash_starts = crash_starts + 1
      where status = 'running' and runner_id = any(${ids}::uuid[])`.execute(trx)
    const pools = dead.flatMap((runner) => (runner.workerPoolId ? [runner.workerPoolId] : []))
    if (pools.length > 0) await sql`select graphile_worker.force_unlock_workers(${pools}::text[])`.execute(trx)
    await trx.deleteFrom('runner').where('id', 'in', ids).execute()
    return Number(freed.numAffectedRows ?? 0)
  })
}

export async function listRunners(db: DbOrTrx) {
  return db
    .selectFrom('runner')
    .selectAll()
    .select(sql<boolean>`heartbeat_at > clock_timestamp() - ${DEAD_AFTER_SECONDS} * interval '1 second'`.as('alive'))
    .orderBy('startedAt')
    .execute()
}
