import { listUsers as listUserRows, type UserRow } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'

/** All users; also for those who edit workflows, because they pick assignees. */
export async function listUsers(app: App, caller: Caller): Promise<UserRow[]> {
  if (!hasPermission(app, caller.principal, 'workflows.edit')) requirePermission(app, caller.principal, 'users')
  return listUserRows(app.client.db)
}
