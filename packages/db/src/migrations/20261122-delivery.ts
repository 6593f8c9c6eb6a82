import { type Kysely, sql } from 'kysely'

/** The inbox of the webhooks, and the counters of their rate limits. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
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
      -- Null for a sync delivery whose answer is that of its execution.
      status smallint,
      duration_ms integer,
      execution_id uuid,
      -- What makes the delivery the first of its kind; null when the webhook doesn't look for duplicates.
      dedupe_key text,
      mac_key text,
      -- A reply that was worked out from the request.
      answer jsonb,
      -- The first delivery of a duplicate, or the one a replay repeats.
      original_id uuid
    );
    create index delivery_workflow on ensue.delivery (workflow_id, id);
    create index delivery_refused on ensue.delivery (workflow_id, id) where outcome = 'rejected';
    create index delivery_at on ensue.delivery (at);
    create unique index delivery_dedupe on ensue.delivery (workflow_id, dedupe_key) where dedupe_key is not null;
    create unique index delivery_mac on ensue.delivery (workflow_id, mac_key) where mac_key is not null;

    create table ensue.rate_limit (
      key text primary key,
      points integer not null default 0,
      expire bigint
    );
  `.execute(db)
}
