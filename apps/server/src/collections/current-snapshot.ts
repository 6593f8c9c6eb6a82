import type { DbOrTrx, Trx } from '@ensue/db'
import type { App } from '../context.ts'
import type { Snapshot } from '../registry.ts'

/** The registry as the database has it at this moment: another process may have changed it before its notice reaches us. */
export async function currentSnapshot(app: App, db: DbOrTrx): Promise<Snapshot> {
  const { revision } = await db.selectFrom('registry').select('revision').executeTakeFirstOrThrow()
  return app.registry.atLeast(revision, db)
}

/** The same, and it stays so until the transaction ends: changes of collections wait for each other. */
export async function lockedSnapshot(app: App, trx: Trx): Promise<Snapshot> {
  const { revision } = await trx.selectFrom('registry').select('revision').forUpdate().executeTakeFirstOrThrow()
  return app.registry.atLeast(revision, trx)
}
