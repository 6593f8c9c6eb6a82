import { applyPlan, deleteCollection, nameSchema, planDrop } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { lockedSnapshot } from './current-snapshot.ts'

export const dropCollectionInput = z.object({
  name: nameSchema,
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
    const { collections } = await lockedSnapshot(app, trx)
    const { definition, readOnly } = collections.require(name)
    if (readOnly) throw new AppError('forbidden', `"${name}" belongs to the system.`)
    const referring = collections
      .list()
      .find((other) => other.name !== name && refersTo(other.associations.values(), name))
    if (referring)
      throw new AppError('conflict', `"${referring.name}" has an association with "${name}"; remove it first.`)
    await applyPlan(trx, planDrop(definition), confirm)
    await deleteCollection(trx, name)
    await recordAudit(app, caller, { action: 'collections.drop', target: name }, trx)
  })
  await app.registry.refresh()
  return null
}

function refersTo(associations: Iterable<{ target: string }>, name: string): boolean {
  for (const { target } of associations) if (target === name) return true
  return false
}
