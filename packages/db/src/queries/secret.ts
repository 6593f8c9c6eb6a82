import { sql } from 'kysely'
import type { Db, DbOrTrx } from '../client.ts'
import type { SecretTable } from '../tables/secret.ts'

/** A secret as it may be shown: without its value, encrypted or not. */
export interface SecretRow {
  name: string
  kind: SecretTable['kind']
  updatedBy: string | null
  createdAt: string
  updatedAt: string
}

export interface SealedSecret {
  name: string
  kind: SecretTable['kind']
  envelope: string
}

const COLUMNS = ['name', 'kind', 'updatedBy', 'createdAt', 'updatedAt'] as const

export function listSecrets(db: DbOrTrx): Promise<SecretRow[]> {
  return db.selectFrom('secret').select(COLUMNS).orderBy('name').execute()
}

export function upsertSecret(
  db: DbOrTrx,
  { name, ...secret }: SealedSecret & { updatedBy: string | null },
): Promise<SecretRow> {
  return db
    .insertInto('secret')
    .values({ name, ...secret })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...secret, updatedAt: sql<string>`now()` }))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** @returns undefined when there is no such secret */
export function deleteSecret(db: DbOrTrx, name: string): Promise<SecretRow | undefined> {
  return db.deleteFrom('secret').where('name', '=', name).returning(COLUMNS).executeTakeFirst()
}

/** The row that only the right key opens. */
export async function findSecretCanary(db: DbOrTrx): Promise<string | undefined> {
  return (await db.selectFrom('secretCanary').select('envelope').executeTakeFirst())?.envelope
}

/** Does nothing when another process was first. */
export async function insertSecretCanary(db: DbOrTrx, envelope: string): Promise<void> {
  await db
    .insertInto('secretCanary')
    .values({ envelope })
    .onConflict((conflict) => conflict.column('one').doNothing())
    .execute()
}

/** Seals everything anew in one transaction; processes take turns.
 *  @param reseal answers undefined for what is to stay as it is
 *  @returns how many secrets were changed */
export function resealSecrets(
  db: Db,
  canary: string,
  reseal: (secret: SealedSecret) => string | undefined,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await trx.updateTable('secretCanary').set({ envelope: canary }).execute()
    const secrets = await trx.selectFrom('secret').select(['name', 'kind', 'envelope']).forUpdate().execute()
    let changed = 0
    for (const secret of secrets) {
      const envelope = reseal(secret)
      if (envelope === undefined) continue
      await trx.updateTable('secret').set({ envelope }).where('name', '=', secret.name).execute()
      changed += 1
    }
    return changed
  })
}
