import { runMigrations } from 'graphile-worker'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { connectionConfig } from './client.ts'
import { migrations } from './migrations/index.ts'

/** Brings a database to the newest schema: ours, then graphile-worker's. Safe to run in several processes at once.
 *  @throws the first migration's error; nothing of that migration is kept */
export async function migrate(connectionString: string): Promise<void> {
  const pool = new pg.Pool({ ...connectionConfig(connectionString), max: 2 }).on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await sql`create schema if not exists ensue`.execute(db).catch(ignoreRace)
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      migrationTableSchema: 'ensue',
      // By name, two of one day may stand in another order than they were made in: a database has the second and lacks the first.
      allowUnorderedMigrations: true,
    })
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
    await runMigrations({ pgPool: pool, noHandleSignals: true })
  } finally {
    await db.destroy()
  }
}

/** Two processes creating the schema at once: the second one's unique violation means that it is there. */
function ignoreRace(error: unknown): void {
  if ((error as { code?: string }).code !== '23505') throw error
}
