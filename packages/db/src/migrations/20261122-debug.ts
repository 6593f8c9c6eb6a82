import { type Kysely, sql } from 'kysely'

/** A debug run is pinned to what the draft was: a version without a number, kept once for each content. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table ensue.workflow_version alter column number drop not null;
    create unique index workflow_version_draft on ensue.workflow_version (workflow_id, hash) where number is null;
  `.execute(db)
}
