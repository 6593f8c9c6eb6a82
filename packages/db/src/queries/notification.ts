import { newId } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { Db, DbOrTrx, Trx } from '../client.ts'

export interface NotificationRow {
  id: string
  title: string | null
  text: string
  link: string | null
  createdAt: string
  readAt: string | null
}

const COLUMNS = ['id', 'title', 'text', 'link', 'createdAt', 'readAt'] as const
const DELETED_AT_ONCE = 2_000
const INSERTED_AT_ONCE = 1_000

/** One for each user that is named by id, by address or by a role, and may sign in.
 *  @returns how many */
export async function insertNotifications(
  trx: Trx,
  to: { users: string[]; roles: string[] },
  notification: { title: string | null; text: string; link: string | null; executionId: string },
): Promise<number> {
  const users = await trx
    .selectFrom('user')
    .select('id')
    .where('disabled', '=', false)
    .where(
      sql<boolean>`(id::text = any(${to.users}::text[]) or roles && ${to.roles}::text[]
        or lower(email) = any(${to.users.map((user) => user.toLowerCase())}::text[]))`,
    )
    .execute()
  // A statement has at most 65,535 parameters.
  for (let at = 0; at < users.length; at += INSERTED_AT_ONCE)
    await trx
      .insertInto('notification')
      .values(users.slice(at, at + INSERTED_AT_ONCE).map(({ id }) => ({ id: newId(), userId: id, ...notification })))
      .execute()
  return users.length
}

/** Newest first. */
export function listNotifications(
  db: DbOrTrx,
  filter: { userId: string; unread: boolean; after?: string; limit: number },
): Promise<NotificationRow[]> {
  let query = db
    .selectFrom('notification')
    .select(COLUMNS)
    .where('userId', '=', filter.userId)
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.unread) query = query.where('readAt', 'is', null)
  if (filter.after !== undefined) query = query.where('id', '<', filter.after)
  return query.execute()
}

export async function countUnreadNotifications(db: DbOrTrx, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('notification')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('userId', '=', userId)
    .where('readAt', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** @param ids absent: all of the user's */
export async function markNotificationsRead(db: DbOrTrx, userId: string, ids?: string[]): Promise<void> {
  let query = db
    .updateTable('notification')
    .set({ readAt: sql<string>`now()` })
    .where('userId', '=', userId)
    .where('readAt', 'is', null)
  if (ids) query = query.where('id', 'in', ids)
  await query.execute()
}

/** Deletes a batch of those that are older, read or not. @returns how many */
export async function deleteOldNotifications(db: Db, keepDays: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('notification')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('notification')
        .select('id')
        .where('createdAt', '<', sql<string>`now() - ${keepDays}::integer * interval '1 day'`)
        .limit(DELETED_AT_ONCE),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
