import { applyPlan, collectionSchema, planAlter, updateCollection } from '@ensue/db'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { drainChanges } from '../changes/drain-changes.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { watchCollectionAgain } from '../schedules/sync-schedule.ts'
import { lockedSnapshot } from './current-snapshot.ts'
import { collectionSchema as replySchema, toReply } from './schemas.ts'

export const alterCollectionInput = z.object({
  name: collectionSchema.shape.name,
  title: z.string().max(200).optional(),
  /** All fields as they are to be: those left out are dropped. */
  fields: collectionSchema.shape.fields.optional(),
  /** Old name → new name of fields, which keep their values. */
  renames: z.record(z.string().max(63), z.string().max(63)).optional(),
  /** Names of the fields whose data may be lost. */
  confirm: z.array(z.string().max(63)).max(500).default([]),
  /** Only tells what would be done. */
  preview: z.boolean().default(false),
})

export const alteredCollection = z.object({
  collection: replySchema,
  statements: z.array(z.string()),
  /** Names of the fields whose data is lost by the change, to be named in `confirm`. */
  destructive: z.array(z.string()),
})

/** Turns a collection into what is described, or tells what that would take.
 *  @throws AppError forbidden, not_found, invalid_input, conflict with `destructive` when something is not confirmed */
export async function alterCollection(
  app: App,
  caller: Caller,
  input: z.infer<typeof alterCollectionInput>,
): Promise<z.infer<typeof alteredCollection>> {
  requirePermission(app, caller.principal, 'schema')
  const { name, title, fields, renames, confirm, preview } = input
  const plan = await app.client.db.transaction().execute(async (trx) => {
    const snapshot = await lockedSnapshot(app, trx)
    const { collections } = snapshot
    const { definition } = collections.get(name)
    const next = collectionSchema.parse({
      ...definition,
      ...(title === undefined ? {} : { title }),
      ...(fields === undefined ? {} : { fields }),
    })
    const plan = planAlter(collections, name, next, renames)
    const result = { statements: plan.statements, destructive: plan.destructive.map((loss) => loss.name) }
    if (preview) return result
    await drainChanges(app, trx, snapshot, name)
    await applyPlan(trx, plan, confirm)
    await announce(app, trx, {
      name: 'system.collection.altered',
      params: { collection: name },
      by: caller.principal,
      snapshot,
    })
    await updateCollection(trx, next)
    await watchCollectionAgain(app, trx, name)
    await recordAudit(app, caller, { action: 'collections.alter', target: name, details: result }, trx)
    return result
  })
  app.runs.nudge()
  const { collections } = await app.registry.refresh()
  return { collection: toReply(collections.get(name)), ...plan }
}
