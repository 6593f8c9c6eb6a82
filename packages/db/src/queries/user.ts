import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'

/** A user without the password. */
export interface UserRow {
  id: string
  email: string
  name: string | null
  roles: string[]
  disabled: boolean
  createdAt: string
}

const PUBLIC = ['id', 'email', 'name', 'roles', 'disabled', 'createdAt'] as const

/** In the order of their e-mail addresses. */
export function listUsers(db: DbOrTrx): Promise<UserRow[]> {
  return db.selectFrom('user').select(PUBLIC).orderBy('email').execute()
}

export function findUser(db: DbOrTrx, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('user').select(PUBLIC).where('id', '=', id).executeTakeFirst()
}

/** With the password's hash; upper and lower case of the address are the same. */
export function findUserForSignIn(
  db: DbOrTrx,
  email: string,
): Promise<(UserRow & { passwordHash: string }) | undefined> {
  return db
    .selectFrom('user')
    .select([...PUBLIC, 'passwordHash'])
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .executeTakeFirst()
}

export function findPasswordHash(db: DbOrTrx, id: string): Promise<{ passwordHash: string } | undefined> {
  return db.selectFrom('user').select('passwordHash').where('id', '=', id).executeTakeFirst()
}

/** @returns undefined when the address is taken */
export function insertUser(
  db: DbOrTrx,
  user: { id: string; email: string; name: string | null; passwordHash: string; roles: string[] },
): Promise<UserRow | undefined> {
  return db
    .insertInto('user')
    .values(user)
    .onConflict((conflict) => conflict.expression(sql`lower(email)`).doNothing())
    .returning(PUBLIC)
    .executeTakeFirst()
}

export interface UserChange {
  name?: string | null
  roles?: string[]
  disabled?: boolean
  passwordHash?: string
}

/** @returns undefined when there is no such user */
export function updateUser(db: DbOrTrx, id: string, change: UserChange): Promise<UserRow | undefined> {
  if (Object.keys(change).length === 0) return findUser(db, id)
  return db.updateTable('user').set(change).where('id', '=', id).returning(PUBLIC).executeTakeFirst()
}

/** Ids of the users that are not disabled and have the role, locked until the transaction ends. */
export async function lockActiveUsersOfRole(db: DbOrTrx, role: string): Promise<string[]> {
  const rows = await db
    .selectFrom('user')
    .select('id')
    .where(sql<boolean>`${role} = any(roles) and not disabled`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => row.id)
}

export async function hasUsers(db: DbOrTrx): Promise<boolean> {
  return (await db.selectFrom('user').select('id').limit(1).executeTakeFirst()) !== undefined
}
