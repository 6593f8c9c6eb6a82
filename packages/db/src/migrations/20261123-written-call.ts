import { type Kysely, sql } from 'kysely'

/** The replies of writing calls with an idempotency key: a second call gets the first one's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ensue.written_call (
      scope text not null,
      key text not null,
      fingerprint text not null,
      reply jsonb,
      created_at timestamptz not null default now(),
      primary key (scope, key)
    );
    create index written_call_age on ensue.written_call (created_at);
  `.execute(db)
}
