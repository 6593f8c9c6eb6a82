import { applyPlan, collectionSchema, deleteCollection, planDrop } from '@ensue/db'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { drainChanges } from '../changes/drain-changes.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { lockedSnapshot } from './current-snapshot.ts'

export const dropCollectionInput = z.object({
  name: collectionSchema.shape.name,
  /** The name once more: all records are lost. */
  confirm: z.array(z.string().max(63)).max(10).default([]),
})

/** Removes a collection with its records.
 *  @throws AppError forbidden, not_found, conflict when not confirmed or when others refer to it */
export async function dropCollection(
  app: App,
  caller: Caller,
  input: z.infer<typeof dropCollectionInput>,
): Promise<null> {
  requirePermission(app, caller.principal, 'schema')
  const { name, confirm } = input
  await app.client.db.transaction().execute(async (trx) => {
    const snapshot = await lockedSnapshot(app, trx)
    const plan = planDrop(snapshot.collections, name)
    await drainChanges(app, trx, snapshot, name)
    await applyPlan(trx, plan, confirm)
    await announce(app, trx, {
      name: 'system.collection.dropped',
      params: { collection: name },
      by: caller.principal,
      snapshot,
    })
    await deleteCollection(trx, name)
    await recordAudit(app, caller, { action: 'collections.drop', target: name }, trx)
  })
  app.runs.nudge()
  await app.registry.refresh()
  return null
}
