import { findUser } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { permissionsSchema } from '../roles/schemas.ts'

export const meOutput = z.object({
  kind: z.enum(['user', 'apiKey', 'system']),
  user: z
    .object({ id: z.string(), email: z.string(), name: z.string().nullable(), roles: z.array(z.string()) })
    .nullable(),
  roles: z.array(z.string()),
  /** The role in force, and what it may do. */
  role: z.string(),
  permissions: permissionsSchema,
})

/** Who the caller is. */
export async function me(app: App, caller: Caller): Promise<z.infer<typeof meOutput>> {
  const { kind, userId, roles, role } = caller.principal
  const user = userId === null ? undefined : await findUser(app.client.db, userId)
  return {
    kind,
    user: user ? { id: user.id, email: user.email, name: user.name, roles: user.roles } : null,
    roles,
    role,
    permissions: app.registry.current().roles.get(role)?.permissions ?? {},
  }
}
