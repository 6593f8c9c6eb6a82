import { deleteEventType as deleteRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** Takes a declaration away: the event can be emitted and heard all the same, unchecked.
 *  @throws AppError forbidden, not_found */
export async function deleteEventType(app: App, caller: Caller, { name }: { name: string }): Promise<null> {
  requirePermission(app, caller.principal, 'workflows.edit')
  await app.client.transaction(async (trx) => {
    if (!(await deleteRow(trx, name)))
      throw new AppError('not_found', `The event "${name}" is not declared.`, { path: 'name' })
    await recordAudit(app, caller, { action: 'eventTypes.delete', target: name }, trx)
  })
  await app.registry.refresh()
  return null
}
