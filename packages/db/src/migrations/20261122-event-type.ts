import { type Kysely, sql } from 'kysely'

/** The catalogue of events, and which event started an execution. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ensue.event_type (
      name text primary key,
      title text,
      description text,
      -- JSON Schema of the parameters, checked whenever the event is emitted.
      schema jsonb,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create trigger touch_registry after insert or update or delete on ensue.event_type
      for each statement execute function ensue.touch_registry();

    alter table ensue.execution add column event_id uuid;
    create index execution_event on ensue.execution (event_id, id) where event_id is not null;
  `.execute(db)
}
