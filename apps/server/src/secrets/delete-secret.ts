import { deleteSecret as deleteSecretRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** Workflows that use it fail at the node that does. @throws AppError forbidden, not_found */
export async function deleteSecret(app: App, caller: Caller, { name }: { name: string }): Promise<null> {
  requirePermission(app, caller.principal, 'secrets')
  await app.client.db.transaction().execute(async (trx) => {
    if (!(await deleteSecretRow(trx, name)))
      throw new AppError('not_found', `There is no secret "${name}".`, { path: 'name' })
    await recordAudit(app, caller, { action: 'secrets.delete', target: name }, trx)
  })
  await app.registry.refresh()
  return null
}
