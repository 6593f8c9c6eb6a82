import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'

/** An API key without its secret. */
export interface ApiKeyRow {
  id: string
  name: string
  prefix: string
  role: string
  createdBy: string | null
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

const PUBLIC = ['id', 'name', 'prefix', 'role', 'createdBy', 'createdAt', 'expiresAt', 'lastUsedAt'] as const

/** Newest first. */
export function listApiKeys(db: DbOrTrx): Promise<ApiKeyRow[]> {
  return db.selectFrom('apiKey').select(PUBLIC).orderBy('id', 'desc').execute()
}

export function insertApiKey(
  db: DbOrTrx,
  key: {
    id: string
    name: string
    prefix: string
    keyHash: Buffer
    role: string
    createdBy: string | null
    expiresAt: string | null
  },
): Promise<ApiKeyRow> {
  return db.insertInto('apiKey').values(key).returning(PUBLIC).executeTakeFirstOrThrow()
}

/** The key of a secret, when it has not expired. */
export function findApiKey(db: DbOrTrx, keyHash: Buffer): Promise<ApiKeyRow | undefined> {
  return db
    .selectFrom('apiKey')
    .select(PUBLIC)
    .where('keyHash', '=', keyHash)
    .where((where) => where.or([where('expiresAt', 'is', null), where('expiresAt', '>', sql<string>`now()`)]))
    .executeTakeFirst()
}

/** Notes that the key was used; at most one write a minute, whatever the number of processes. */
export async function touchApiKey(db: DbOrTrx, id: string): Promise<void> {
  await db
    .updateTable('apiKey')
    .set({ lastUsedAt: sql<string>`now()` })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(last_used_at, '-infinity') < now() - interval '1 minute'`)
    .execute()
}

/** @returns undefined when there is no such key */
export function deleteApiKey(db: DbOrTrx, id: string): Promise<ApiKeyRow | undefined> {
  return db.deleteFrom('apiKey').where('id', '=', id).returning(PUBLIC).executeTakeFirst()
}
