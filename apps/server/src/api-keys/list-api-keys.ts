import { type ApiKeyRow, listApiKeys as listApiKeyRows } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** All keys without their secrets, newest first. */
export async function listApiKeys(app: App, caller: Caller): Promise<ApiKeyRow[]> {
  requirePermission(app, caller.principal, 'users')
  return listApiKeyRows(app.client.db)
}
