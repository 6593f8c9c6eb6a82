import type { DbOrTrx } from '../client.ts'
import { toJsonText } from '../json-text.ts'
import type { Permissions } from '../tables/access.ts'

export interface RoleRow {
  name: string
  title: string
  permissions: Permissions
  builtIn: boolean
}

const COLUMNS = ['name', 'title', 'permissions', 'builtIn'] as const

export function listRoles(db: DbOrTrx): Promise<RoleRow[]> {
  return db.selectFrom('role').select(COLUMNS).orderBy('name').execute()
}

export function findRole(db: DbOrTrx, name: string): Promise<RoleRow | undefined> {
  return db.selectFrom('role').select(COLUMNS).where('name', '=', name).executeTakeFirst()
}

/** Creates the role or replaces its title and permissions. */
export function upsertRole(
  db: DbOrTrx,
  role: { name: string; title: string; permissions: Permissions },
): Promise<RoleRow> {
  const permissions = toJsonText(role.permissions)
  return db
    .insertInto('role')
    .values({ ...role, permissions })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ title: role.title, permissions }))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}
