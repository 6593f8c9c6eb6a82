import { type Kysely, sql } from 'kysely'

/** An execution may wait for another one to be over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table ensue.wait add column awaited_id uuid;
    create index wait_awaited on ensue.wait (awaited_id) where resolved_at is null and awaited_id is not null;
  `.execute(db)
}
