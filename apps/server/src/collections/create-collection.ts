import { applyPlan, collectionSchema, insertCollection, planCreate } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { watchCollectionAgain } from '../schedules/sync-schedule.ts'
import { lockedSnapshot } from './current-snapshot.ts'
import { type CollectionReply, toReply } from './schemas.ts'
import { SYSTEM_NOUNS } from './system-nouns.ts'

export const createCollectionInput = collectionSchema

/** Makes the table and its metadata in one transaction.
 *  @throws AppError forbidden, invalid_input, conflict when the name is taken */
export async function createCollection(
  app: App,
  caller: Caller,
  input: z.infer<typeof createCollectionInput>,
): Promise<CollectionReply> {
  requirePermission(app, caller.principal, 'schema')
  if (SYSTEM_NOUNS.has(input.name))
    throw new AppError('invalid_input', `"${input.name}" is a name of the system; choose another.`, { path: 'name' })
  await app.client.db.transaction().execute(async (trx) => {
    const snapshot = await lockedSnapshot(app, trx)
    const { collections } = snapshot
    await announce(app, trx, {
      name: 'system.collection.created',
      params: { collection: input.name },
      by: caller.principal,
      snapshot,
    })
    await applyPlan(trx, planCreate(collections, input))
    await insertCollection(trx, input)
    await watchCollectionAgain(app, trx, input.name)
    await recordAudit(app, caller, { action: 'collections.create', target: input.name }, trx)
  })
  app.runs.nudge()
  const { collections } = await app.registry.refresh()
  return toReply(collections.get(input.name))
}
