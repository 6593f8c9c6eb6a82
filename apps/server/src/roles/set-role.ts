import { findRole, type RoleRow, upsertRole } from '@ensue/db'
import { AppError, toJson } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from './permissions.ts'
import { permissionsSchema } from './schemas.ts'

export const setRoleInput = z.object({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9_-]*$/, 'A role name starts with a small letter and holds small letters, digits, _ and -.'),
  title: z.string().min(1).max(200).optional(),
  permissions: permissionsSchema.strict(),
})

/** Creates a role, or replaces the permissions of one. The administrator role can't be narrowed: someone must be able to undo.
 *  @throws AppError forbidden, conflict */
export async function setRole(app: App, caller: Caller, input: z.infer<typeof setRoleInput>): Promise<RoleRow> {
  // Not `users`: whoever may manage users must not make themselves an administrator by way of a role.
  requirePermission(app, caller.principal, 'all')
  if (input.name === 'admin' && !input.permissions.all)
    throw new AppError('conflict', 'The role "admin" keeps all permissions.', { path: 'permissions' })
  const role = await app.client.db.transaction().execute(async (trx) => {
    const before = await findRole(trx, input.name)
    const after = await upsertRole(trx, {
      name: input.name,
      title: input.title ?? before?.title ?? input.name,
      permissions: input.permissions,
    })
    const details = { before: toJson(before?.permissions), after: toJson(after.permissions) }
    await recordAudit(app, caller, { action: 'roles.set', target: input.name, details }, trx)
    return after
  })
  await app.registry.refresh()
  return role
}
