import { type Kysely, sql } from 'kysely'

/** Executions that may not be claimed yet stand behind a gate: `order`, until those before them with the same ordering key are over,
 *  or `limit`, until their workflow's limits let them run. All others have none, and cost what they cost before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table ensue.execution
      add column gate text,
      add column ordering_key text,
      -- Place in the line of the ordering key.
      add column ordering_seq bigint,
      -- What the workflow's limits count together; empty: all its executions.
      add column limit_key text,
      -- When the workflow's limits let it run for the first time.
      add column admitted_at timestamptz;
    create sequence ensue.execution_order;

    drop index ensue.execution_queued;
    create index execution_queued on ensue.execution (priority desc, id) where status = 'queued' and gate is null;

    create index execution_behind_order on ensue.execution (workflow_id, ordering_key, ordering_seq)
      where status = 'queued' and gate = 'order';
    -- Whatever races: at most one execution of an ordering key is past the gate and not over.
    create unique index execution_in_order on ensue.execution (workflow_id, ordering_key)
      where ordering_key is not null and gate is distinct from 'order' and finished_at is null;

    create index execution_behind_limit on ensue.execution (workflow_id, limit_key, priority desc, id)
      where status = 'queued' and gate = 'limit';
    create index execution_in_limit on ensue.execution (workflow_id, limit_key)
      where limit_key is not null and gate is null and status in ('queued', 'running');
    create index execution_limited on ensue.execution (workflow_id, limit_key, id)
      where limit_key is not null and finished_at is null;
    create index execution_admitted on ensue.execution (workflow_id, admitted_at) where admitted_at is not null;

    -- Who goes on after a wait or a crash takes a place anew, whichever statement queues it.
    create function ensue.limit_again() returns trigger language plpgsql as $$
      begin
        new.gate := 'limit';
        return new;
      end $$;
    create trigger limit_again before update of status on ensue.execution for each row
      when (new.limit_key is not null and new.status = 'queued' and old.status <> 'queued')
      execute function ensue.limit_again();
  `.execute(db)
}
