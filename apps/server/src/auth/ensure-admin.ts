import { randomBytes } from 'node:crypto'
import { hasUsers, insertUser } from '@ensue/db'
import { newId } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { App } from '../context.ts'
import { hashPassword } from './passwords.ts'

/** Creates the first administrator when there is no user yet; several processes may start at once.
 *  `password` is set when it was generated: the one time that it can be shown. */
export async function ensureAdmin(app: App): Promise<{ email: string; password?: string }> {
  const { email, password: chosen } = app.config.admin
  if (await hasUsers(app.client.db)) return { email }
  const password = chosen ?? randomBytes(12).toString('base64url')
  const passwordHash = await hashPassword(password)
  const created = await app.client.db.transaction().execute(async (trx) => {
    await sql`lock table ensue."user" in share row exclusive mode`.execute(trx)
    if (await hasUsers(trx)) return undefined
    return insertUser(trx, { id: newId(), email, name: 'Administrator', passwordHash, roles: ['admin'] })
  })
  return created && chosen === undefined ? { email, password } : { email }
}
