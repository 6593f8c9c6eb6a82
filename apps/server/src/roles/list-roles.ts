import { listRoles as listRoleRows, type RoleRow } from '@ensue/db'
import type { App, Caller } from '../context.ts'

/** All roles; for anyone signed in, since people pick them as assignees. */
export function listRoles(app: App, _caller: Caller): Promise<RoleRow[]> {
  return listRoleRows(app.client.db)
}
