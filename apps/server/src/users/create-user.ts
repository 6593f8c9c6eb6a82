import { insertUser, type UserRow } from '@ensue/db'
import { AppError, newId } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { hashPassword, passwordSchema } from '../auth/passwords.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { checkRoles } from './check-roles.ts'
import { nameSchema, rolesSchema } from './schemas.ts'

export const createUserInput = z.object({
  email: z.email('This is not an e-mail address.').max(320),
  password: passwordSchema,
  name: nameSchema.optional(),
  roles: rolesSchema.default(['member']),
})

/** @throws AppError forbidden, invalid_input, conflict when the address is taken */
export async function createUser(app: App, caller: Caller, input: z.infer<typeof createUserInput>): Promise<UserRow> {
  requirePermission(app, caller.principal, 'users')
  checkRoles(app, caller, input.roles, 'roles')
  const passwordHash = await hashPassword(input.password)
  return app.client.transaction(async (trx) => {
    const { email, name = null, roles } = input
    const user = await insertUser(trx, { id: newId(), email, name, passwordHash, roles })
    if (!user) throw new AppError('conflict', `There is already a user ${email}.`, { path: 'email' })
    await recordAudit(app, caller, { action: 'users.create', target: user.email, details: { roles } }, trx)
    await announce(app, trx, {
      name: 'system.user.created',
      params: { user: { id: user.id, email: user.email, roles } },
      by: caller.principal,
    })
    return user
  })
}
