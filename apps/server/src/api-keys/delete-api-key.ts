import { deleteApiKey as deleteApiKeyRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { recordAudit } from '../audit/record-audit.ts'
import { forgetPrincipals } from '../auth/find-principal.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** Ends a key; other processes may know it for another 5 s.
 *  @throws AppError forbidden, not_found */
export async function deleteApiKey(app: App, caller: Caller, input: { id: string }): Promise<null> {
  requirePermission(app, caller.principal, 'users')
  await app.client.db.transaction().execute(async (trx) => {
    const row = await deleteApiKeyRow(trx, input.id)
    if (!row) throw new AppError('not_found', 'There is no such API key.', { path: 'id' })
    await recordAudit(app, caller, { action: 'apiKeys.delete', target: row.id, details: { name: row.name } }, trx)
  })
  forgetPrincipals(app)
  return null
}
