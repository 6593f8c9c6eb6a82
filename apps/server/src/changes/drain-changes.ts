import { lockChanges, lockTable, type Trx } from '@ensue/db'
import type { App } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { startChanges } from './start-changes.ts'

const CHANGES_AT_ONCE = 500

/** Before a collection is altered or dropped: turns what was captured of it into executions, in the same transaction. Later its
 *  changes could not be read with the fields that they were made with. Call `runs.nudge` after the commit. */
export async function drainChanges(
  app: App,
  trx: Trx,
  { collections, triggers }: Snapshot,
  name: string,
): Promise<void> {
  const collection = collections.find(name)
  if (!collection || !triggers.entries.get('collection')?.has(name)) return
  await lockChanges(trx, { wait: true })
  await lockTable(trx, collection)
  while ((await startChanges(app, trx, { limit: CHANGES_AT_ONCE, collection: name })) > 0);
}
