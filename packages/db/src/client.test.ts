import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type DatabaseClient, isConnectionError, isTransientError } from './client.ts'
import { createTestDb, type TestDb } from './testing/test-db.ts'

let database: TestDb
let client: DatabaseClient
beforeAll(async () => {
  database = await createTestDb()
  client = connect(database.connectionString)
})
afterAll(async () => {
  await client.close()
  await database.drop()
})

const raised = (code: string) => sql`do ${sql.raw(`$$ begin raise 'x' using errcode = '${code}'; end $$`)}`
const failing = (query: ReturnType<typeof sql>) =>
  client.db
    .transaction()
    .execute(async (trx) => {
      await sql`set local statement_timeout = 100`.execute(trx)
      await query.execute(trx)
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    )

describe('an error of PostgreSQL', () => {
  it.each<[string, boolean, boolean, () => ReturnType<typeof sql>]>([
    ['that ends the connection', true, true, () => sql`select pg_terminate_backend(pg_backend_pid())`],
    ['of a deadlock', false, true, () => raised('40P01')],
    ['of a full disk', false, true, () => raised('53100')],
    ['of a statement that takes too long', false, false, () => sql`select pg_sleep(10)`],
    [
      'of a statement with too many parameters',
      false,
      false,
      () => sql`select 1 in (${sql.join(Array(70_000).fill(1))})`,
    ],
    ['of a value that is there already', false, false, () => raised('23505')],
  ])('%s: the connection’s fault %s, to be tried again %s', async (_, isConnection, isTransient, query) => {
    const error = await failing(query())
    expect(error).toBeInstanceOf(Error)
    expect([isConnectionError(error), isTransientError(error)]).toEqual([isConnection, isTransient])
  })

  it('of a pooler that has no server is one of the connection', () => {
    const error = Object.assign(new Error('server_login_has_been_failing'), { code: '08P01', severity: 'FATAL' })
    expect(isConnectionError(error)).toBe(true)
  })
})
