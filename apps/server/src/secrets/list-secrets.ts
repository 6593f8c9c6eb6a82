import { listSecrets as listSecretRows, type SecretRow } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'

/** Names and kinds, never a value: for those who manage secrets, and for those who name them in workflows.
 *  @throws AppError forbidden */
export async function listSecrets(app: App, caller: Caller): Promise<SecretRow[]> {
  if (!hasPermission(app, caller.principal, 'workflows.edit')) requirePermission(app, caller.principal, 'secrets')
  return listSecretRows(app.client.db)
}
