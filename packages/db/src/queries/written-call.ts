import type { Json } from '@ensue/engine'
import { sql } from 'kysely'
import type { Db, DbOrTrx, Trx } from '../client.ts'

const DELETED_AT_ONCE = 5_000

export interface CallKey {
  scope: string
  key: string
}

/** False when the key is taken. Waits for a transaction that has taken it and is not over. */
export async function claimWrittenCall(trx: Trx, call: CallKey & { fingerprint: string }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('writtenCall')
    .values(call)
    .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function keepWrittenReply(trx: Trx, { scope, key }: CallKey, value: Json): Promise<void> {
  await trx
    .updateTable('writtenCall')
    .set({ reply: JSON.stringify({ value }) })
    .where('scope', '=', scope)
    .where('key', '=', key)
    .execute()
}

export async function findWrittenCall(
  db: DbOrTrx,
  { scope, key }: CallKey,
): Promise<{ fingerprint: string; reply: Json } | undefined> {
  const row = await db
    .selectFrom('writtenCall')
    .select(['fingerprint', 'reply'])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.reply ? { fingerprint: row.fingerprint, reply: row.reply.value } : undefined
}

/** Deletes a batch of those that are older. @returns how many */
export async function deleteOldWrittenCalls(db: Db, keepHours: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('writtenCall')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('scope', 'key'),
        'in',
        selectFrom('writtenCall')
          .select(['scope', 'key'])
          .where('createdAt', '<', sql<string>`now() - ${keepHours}::integer * interval '1 hour'`)
          .limit(DELETED_AT_ONCE)
          .$asTuple('scope', 'key'),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
