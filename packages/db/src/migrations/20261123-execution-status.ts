import { type Kysely, sql } from 'kysely'

/** Lists of executions that are few among many find them without reading the many. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index ensue.execution_failed;
    create index execution_unusual on ensue.execution (status, id) where status in ('waiting', 'failed', 'canceled', 'skipped');
  `.execute(db)
}
