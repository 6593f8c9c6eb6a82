import { type Kysely, sql } from 'kysely'

/** Schedules: when they fire next, and the records whose dates they wait for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ensue.schedule (
      workflow_id uuid primary key references ensue.workflow on delete cascade,
      version_id uuid not null,
      config jsonb not null,
      -- The workflow is enabled, and there is more to come.
      active boolean not null,
      -- It fires by the dates of records; the next fires are in schedule_record.
      by_record boolean not null,
      -- Fires before this instant are of no concern: it was not enabled then, or was another.
      since timestamptz not null,
      next_fire_at timestamptz,
      -- When to look at it: at the next fire, or later while that waits for a run to end.
      due_at timestamptz,
      runs integer not null default 0,
      last_fire_at timestamptz,
      -- Nothing looked at schedules until then; what was to fire before is missed.
      missed_until timestamptz,
      finished_at timestamptz
    );
    create index schedule_due on ensue.schedule (due_at) where due_at is not null;

    -- The records that a schedule waits for.
    create table ensue.schedule_record (
      workflow_id uuid not null,
      record_id text not null,
      due_at timestamptz not null,
      -- When the date was written; null once that was looked at.
      changed_at timestamptz,
      -- The date that the next fire is of.
      value text,
      next_fire_at timestamptz,
      primary key (workflow_id, record_id)
    );
    create index schedule_record_due on ensue.schedule_record (workflow_id, due_at);

    -- One row: when schedules were looked at, by whatever process.
    create table ensue.schedule_clock (looked_at timestamptz not null);
    insert into ensue.schedule_clock values (now());

    create index execution_schedule_open on ensue.execution (workflow_id)
      where trigger_type = 'schedule' and status in ('queued', 'running', 'waiting');

    -- Of a users' table: notes that the date of a record is another. Arguments: workflow, field. It only takes notes, so that
    -- no date can make a write fail; and it names no column, so that it stands in the way of no change of the table.
    create function ensue.note_schedule_record() returns trigger language plpgsql security definer set search_path = '' as $$
      begin
        if tg_op = 'DELETE' then
          delete from ensue.schedule_record where workflow_id = tg_argv[0]::uuid and record_id = old.id::text;
          return null;
        end if;
        if tg_op = 'UPDATE' and (to_jsonb(old) -> tg_argv[1]) is not distinct from (to_jsonb(new) -> tg_argv[1]) then
          return null;
        end if;
        if tg_op = 'INSERT' and (to_jsonb(new) ->> tg_argv[1]) is null then
          return null;
        end if;
        insert into ensue.schedule_record (workflow_id, record_id, due_at, changed_at)
          select s.workflow_id, new.id::text, now(), now() from ensue.schedule s
          where s.workflow_id = tg_argv[0]::uuid and s.active
          on conflict (workflow_id, record_id) do update set due_at = excluded.due_at, changed_at = excluded.changed_at;
        return null;
      end $$;
  `.execute(db)
}
