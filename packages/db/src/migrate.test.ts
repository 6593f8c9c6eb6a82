import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type DatabaseClient } from './client.ts'
import { migrate } from './migrate.ts'
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

it('makes up for a migration whose name stands before those that the database has', async () => {
  const { db } = client
  await sql`delete from ensue.kysely_migration where name = '20261123-execution-retention'`.execute(db)
  await sql`drop index ensue.execution_not_succeeded, ensue.execution_debugged, ensue.event_delayed_source`.execute(db)
  await migrate(database.connectionString)
  const { rows } = await sql`select from pg_indexes where indexname = 'execution_debugged'`.execute(db)
  expect(rows).toHaveLength(1)
})
