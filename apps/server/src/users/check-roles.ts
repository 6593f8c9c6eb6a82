import { AppError } from '@ensue/engine/core'
import type { App, Caller } from '../context.ts'
import { grants, hasPermission } from '../roles/permissions.ts'

/** Roles given away must exist, and only administrators make administrators.
 *  @throws AppError invalid_input, forbidden */
export function checkRoles(app: App, caller: Caller, names: string[], path: string): void {
  for (const name of names) {
    const role = app.registry.current().roles.get(name)
    if (!role) throw new AppError('invalid_input', `There is no role "${name}".`, { path })
    if (grants(role.permissions, 'all') && !hasPermission(app, caller.principal, 'all'))
      throw new AppError('forbidden', `Only an administrator may give the role "${name}".`, { path })
  }
}
