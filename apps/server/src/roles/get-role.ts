import { findRole, type RoleRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { App, Caller } from '../context.ts'

/** @throws AppError not_found */
export async function getRole(app: App, _caller: Caller, input: { name: string }): Promise<RoleRow> {
  const role = await findRole(app.client.db, input.name)
  if (!role) throw new AppError('not_found', `There is no role "${input.name}".`, { path: 'name' })
  return role
}
