import { hasChanges, isTransientError, listChanges, lockChanges, setChangeAside } from '@ensue/db'
import type { App } from '../context.ts'
import { startChanges } from './start-changes.ts'

const CHANGES_AT_ONCE = 500

/** Turns captured changes into executions, so many at once; one process at a time. @returns whether there may be more */
export async function processChanges(app: App): Promise<boolean> {
  if (!(await hasChanges(app.client.db))) return false
  try {
    return (await processSome(app, { limit: CHANGES_AT_ONCE })) === CHANGES_AT_ONCE
  } catch (error) {
    if (isTransientError(error)) throw error
    app.log.warn({ err: error }, 'changes could not be handled together; they are tried one by one')
    return processOneByOne(app)
  }
}

/** @returns undefined while another process is at it */
async function processSome(app: App, which: { limit: number; id?: number }): Promise<number | undefined> {
  const count = await app.client.transaction(async (trx) =>
    (await lockChanges(trx, { wait: false })) ? startChanges(app, trx, which) : undefined,
  )
  if (count) app.runs.nudge()
  return count
}

/** What can't be handled is set aside with its error, so that it holds up nothing else. */
async function processOneByOne(app: App): Promise<boolean> {
  const changes = await app.client.transaction((trx) => listChanges(trx, { limit: CHANGES_AT_ONCE }))
  for (const { id, collection } of changes)
    try {
      if ((await processSome(app, { limit: 1, id })) === undefined) return false
    } catch (error) {
      if (isTransientError(error)) throw error
      app.log.error({ err: error, change: id, collection }, 'a change could not be handled and was set aside')
      await setChangeAside(app.client.db, id, error instanceof Error ? error.message : String(error))
    }
  return true
}
