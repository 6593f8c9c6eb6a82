import {
  deleteSessionsOfUser,
  findPasswordHash,
  findUser,
  lockActiveUsersOfRole,
  type UserRow,
  updateUser as updateUserRow,
} from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { forgetPrincipals } from '../auth/find-principal.ts'
import { hashPassword, passwordSchema, verifyPassword } from '../auth/passwords.ts'
import type { App, Caller } from '../context.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'
import { checkRoles } from './check-roles.ts'
import { nameSchema, rolesSchema } from './schemas.ts'

export const updateUserInput = z.object({
  id: z.uuid(),
  name: nameSchema.optional(),
  roles: rolesSchema.optional(),
  disabled: z.boolean().optional(),
  password: passwordSchema.optional(),
  /** Needed to change one's own password without the permission to manage users. */
  currentPassword: z.string().max(200).optional(),
})
type Input = z.infer<typeof updateUserInput>

/** Changes what is given. Everyone may change their own name and password. A new password and `disabled` end the sessions.
 *  @throws AppError forbidden, not_found, conflict when nobody would be an administrator any more */
export async function updateUser(app: App, caller: Caller, input: Input): Promise<UserRow> {
  await checkRights(app, caller, input)
  const { id, name, roles, disabled, password } = input
  const passwordHash = password === undefined ? undefined : await hashPassword(password)
  const user = await app.client.db.transaction().execute(async (trx) => {
    // Locked first, so that two administrators can't remove each other at once.
    const admins = await lockActiveUsersOfRole(trx, 'admin')
    const updated = await updateUserRow(trx, id, {
      ...(name === undefined ? {} : { name }),
      ...(roles === undefined ? {} : { roles }),
      ...(disabled === undefined ? {} : { disabled }),
      ...(passwordHash === undefined ? {} : { passwordHash }),
    })
    if (!updated) throw new AppError('not_found', 'There is no such user.', { path: 'id' })
    const staysAdmin = updated.roles.includes('admin') && !updated.disabled
    if (admins.includes(id) && admins.length === 1 && !staysAdmin)
      throw new AppError('conflict', 'This is the last administrator. Make another user one first.')
    if (passwordHash !== undefined || disabled) await deleteSessionsOfUser(trx, id)
    const details = {
      fields: Object.keys(input).filter((key) => key !== 'id' && key !== 'currentPassword'),
      ...(roles === undefined ? {} : { roles }),
    }
    await recordAudit(app, caller, { action: 'users.update', target: updated.email, details }, trx)
    return updated
  })
  forgetPrincipals(app)
  return user
}

async function checkRights(app: App, caller: Caller, input: Input): Promise<void> {
  const { principal } = caller
  if (input.roles) checkRoles(app, caller, input.roles, 'roles')
  if (hasPermission(app, principal, 'users')) {
    if (hasPermission(app, principal, 'all')) return
    const user = await findUser(app.client.db, input.id)
    if (user) checkRoles(app, caller, user.roles, 'id')
    return
  }
  const own = principal.userId === input.id && input.roles === undefined && input.disabled === undefined
  if (!own) return requirePermission(app, principal, 'users')
  if (input.password === undefined) return
  const stored = await findPasswordHash(app.client.db, input.id)
  if (!(await verifyPassword(stored?.passwordHash, input.currentPassword ?? '')))
    throw new AppError('forbidden', 'The current password is wrong.', { path: 'currentPassword' })
}
