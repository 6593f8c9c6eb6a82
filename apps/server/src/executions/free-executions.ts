import { afterCommit, isTransientError, resolveAwaited, sweepDeadRunners, type Trx } from '@ensue/db'
import { LIMITS, type RunError } from '@ensue/engine'
import type { App } from '../context.ts'
import { findGoneRunners } from './gone-runners.ts'
import { startFailureListeners } from './start-failure-listeners.ts'

/** Frees what dead runners held, see `sweepDeadRunners`, with what follows from those that failed. What follows must not keep the others from
 *  going on: when it can't be written, that is logged, and they are freed alone.
 *  @returns how many executions were queued again */
export async function freeExecutionsOfDeadRunners(app: App): Promise<number> {
  const gone = await findGoneRunners(app.client.db)
  try {
    return await sweepDeadRunners(app.client, gone, LIMITS.maxCrashStarts, (trx, failed) => follow(app, trx, failed))
  } catch (error) {
    if (isTransientError(error)) throw error
    app.log.error({ err: error }, 'what follows from crashed executions could not be written')
    return sweepDeadRunners(app.client, gone, LIMITS.maxCrashStarts, async () => {})
  }
}

async function follow(app: App, trx: Trx, failed: { id: string; error: RunError }[]): Promise<void> {
  for (const { id, error } of failed) await startFailureListeners(app, trx, id, error)
  const ids = failed.map(({ id }) => id)
  if ((await resolveAwaited(trx, ids)) > 0) afterCommit(trx, app.runs.nudgeAll)
}
