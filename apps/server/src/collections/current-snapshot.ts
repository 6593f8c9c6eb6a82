import type { DbOrTrx, Trx } from '@ensue/db'
import type { App } from '../context.ts'
import type { Snapshot } from '../registry.ts'

const MAX_ATTEMPTS = 5

/** The registry has changed since the snapshot that the work was based on. */
export class StaleSnapshot extends Error {
  override name = 'StaleSnapshot'
}

/** Counts the changes of the registry. The query is sent at once; its failure may also be left to the statements after it. */
export function readRevision(db: DbOrTrx): Promise<number> {
  const revision = db
    .selectFrom('registry')
    .select('revision')
    .executeTakeFirstOrThrow()
    .then((row) => row.revision)
  revision.catch(() => {})
  return revision
}

/** The registry as the database has it at this moment: another process may have changed it before its notice reaches us. */
export async function currentSnapshot(app: App, db: DbOrTrx): Promise<Snapshot> {
  return app.registry.atLeast(await readRevision(db), db)
}

/** The same, and it stays so until the transaction ends: changes of collections wait for each other. */
export async function lockedSnapshot(app: App, trx: Trx): Promise<Snapshot> {
  const { revision } = await trx.selectFrom('registry').select('revision').forUpdate().executeTakeFirstOrThrow()
  return app.registry.atLeast(revision, trx)
}

/** Does work on the snapshot at hand, and again on a newer one when there was one: what is refused for want of a field or a
 *  workflow that another process has just made must not be refused. The work takes its effects back when it throws. */
export async function onCurrentSnapshot<T>(app: App, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  let snapshot = app.registry.current()
  for (let attempt = 1; ; attempt++)
    try {
      return await work(snapshot)
    } catch (error) {
      const newest = await currentSnapshot(app, app.client.db).catch(() => snapshot)
      if (newest.revision === snapshot.revision || attempt === MAX_ATTEMPTS) throw error
      snapshot = newest
    }
}
