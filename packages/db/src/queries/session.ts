import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'

export interface SessionRow {
  userId: string
  email: string
  name: string | null
  roles: string[]
  expiresAt: string
}

export async function insertSession(
  db: DbOrTrx,
  session: { tokenHash: Buffer; userId: string; expiresAt: string },
): Promise<void> {
  await db.insertInto('session').values(session).execute()
}

/** The session of a token with its user, when it is neither expired nor the user disabled. */
export function findSession(db: DbOrTrx, tokenHash: Buffer): Promise<SessionRow | undefined> {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.userId')
    .select(['session.userId', 'user.email', 'user.name', 'user.roles', 'session.expiresAt'])
    .where('session.tokenHash', '=', tokenHash)
    .where('session.expiresAt', '>', sql<string>`now()`)
    .where('user.disabled', '=', false)
    .executeTakeFirst()
}

export async function deleteSession(db: DbOrTrx, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('session').where('tokenHash', '=', tokenHash).execute()
}

export async function deleteSessionsOfUser(db: DbOrTrx, userId: string): Promise<void> {
  await db.deleteFrom('session').where('userId', '=', userId).execute()
}

export async function deleteExpiredSessions(db: DbOrTrx): Promise<void> {
  await db.deleteFrom('session').where('expiresAt', '<', sql<string>`now()`).execute()
}
