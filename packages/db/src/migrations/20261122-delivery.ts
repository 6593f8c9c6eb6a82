import { type Kysely, sql } from 'kysely'

/** The inbox of the webhooks, and the counters of their rate limits. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- An accepted request is kept with the execution it started, whose context holds what it said; so taking one costs a row.
    alter table ensue.execution add column request jsonb, add column body bytea;
    -- Up to which execution the requests of a webhook were deleted by their retention.
    alter table ensue.workflow add column requests_deleted_to uuid;

    -- Every other request: refused ones, duplicates, handshakes.
    create table ensue.delivery (
      id uuid primary key,
      workflow_id uuid not null,
      at timestamptz not null,
      method text not null,
      path text not null,
      ip text,
      headers jsonb not null,
      body bytea not null,
      -- Length of the body as it came; more than is kept of a refused one.
      body_bytes integer not null,
      outcome text not null,
      reason text,
      message text,
      status smallint not null,
      duration_ms integer not null,
      -- Of a duplicate: the execution of the first one.
      execution_id uuid
    );
    create index delivery_workflow on ensue.delivery (workflow_id, id);

    create table ensue.rate_limit (
      key text primary key,
      points integer not null default 0,
      expire bigint
    );
  `.execute(db)
}
