import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import type { ChangeActor } from '../tables/change.ts'

/** A captured change of one record, still to be turned into executions. */
export interface ChangeRow {
  id: number
  collection: string
  actor: ChangeActor | null
}

// Of all that is pending, so much of stored images at once: they are read into memory, several times as large.
const MAX_STORED_BYTES = 8_388_608
const LOCK_KEY = 7_283_614

/** One process at a time handles changes, until its transaction ends: so they are taken in the order of their ids. Of one record
 *  that is the order of the commits: an id is given while the writer holds the record's lock, and by then all writers before have
 *  committed. No change can be passed over, however late its transaction commits: those handled are deleted, no mark is kept.
 *  @returns false when another one is at it and `wait` is not asked for */
export async function lockChanges(trx: Trx, { wait }: { wait: boolean }): Promise<boolean> {
  const lock = wait
    ? sql<{ held: boolean }>`select true as held from (select pg_advisory_xact_lock(${LOCK_KEY})) as locked`
    : sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${LOCK_KEY}) as held`
  return (await lock.execute(trx)).rows[0]!.held
}

export async function hasChanges(db: DbOrTrx): Promise<boolean> {
  const row = await db.selectFrom('change').select('id').where('error', 'is', null).limit(1).executeTakeFirst()
  return row !== undefined
}

/** The oldest pending changes, all of them or those of one collection; fewer than `limit` when they are large. */
export async function listChanges(
  trx: Trx,
  { limit, collection, id }: { limit: number; collection?: string; id?: number },
): Promise<ChangeRow[]> {
  let oldest = trx
    .selectFrom('change')
    .select(['id', 'collection', 'actor'])
    .select(
      sql<number>`sum(coalesce(pg_column_size(before), 0) + coalesce(pg_column_size(after), 0)) over (order by id)`.as(
        'storedBytes',
      ),
    )
    .where('error', 'is', null)
    .orderBy('id')
    .limit(limit)
  if (collection !== undefined) oldest = oldest.where('collection', '=', collection)
  if (id !== undefined) oldest = oldest.where('id', '=', id)
  const rows = await oldest.execute()
  return rows
    .filter((row, index) => index === 0 || row.storedBytes <= MAX_STORED_BYTES)
    .map(({ id, collection, actor }) => ({ id, collection, actor }))
}

export async function deleteChanges(trx: Trx, ids: readonly number[]): Promise<void> {
  await sql`delete from ensue.change where id = any(${[...ids]}::bigint[])`.execute(trx)
}

/** Sets a change aside that can't be handled, so that the others go on. */
export async function setChangeAside(db: DbOrTrx, id: number, error: string): Promise<void> {
  await db.updateTable('change').set({ error }).where('id', '=', id).execute()
}
