import { type Kysely, sql } from 'kysely'

/** The whole first schema: `ensue` holds the product's tables, `data` the users' collections. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create schema if not exists data;

    create table ensue.role (
      name text primary key,
      title text not null,
      permissions jsonb not null,
      built_in boolean not null default false,
      created_at timestamptz not null default now()
    );

    create table ensue."user" (
      id uuid primary key,
      email text not null,
      name text,
      password_hash text not null,
      roles text[] not null,
      disabled boolean not null default false,
      created_at timestamptz not null default now()
    );
    create unique index user_email on ensue."user" (lower(email));

    create table ensue.session (
      token_hash bytea primary key,
      user_id uuid not null references ensue."user" on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index session_by_user on ensue.session (user_id);

    create table ensue.api_key (
      id uuid primary key,
      name text not null,
      prefix text not null,
      key_hash bytea not null unique,
      role text not null references ensue.role,
      created_by uuid references ensue."user" on delete set null,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      last_used_at timestamptz
    );

    create table ensue.collection (
      name text primary key,
      title text,
      definition jsonb not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );

    create table ensue.view (
      collection text primary key references ensue.collection on delete cascade on update cascade,
      config jsonb not null,
      updated_at timestamptz not null default now()
    );

    create table ensue.variable (
      name text primary key,
      value text not null,
      updated_at timestamptz not null default now()
    );

    create table ensue.workflow (
      id uuid primary key,
      key text not null unique,
      title text not null,
      description text,
      tags text[] not null default '{}',
      enabled boolean not null default false,
      draft jsonb not null,
      draft_hash text not null,
      live_version integer,
      created_by uuid,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );

    create table ensue.workflow_version (
      id uuid primary key,
      workflow_id uuid not null references ensue.workflow on delete cascade,
      number integer not null,
      definition jsonb not null,
      hash text not null,
      note text,
      created_by uuid,
      created_at timestamptz not null default now(),
      unique (workflow_id, number)
    );
    create function ensue.refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% is immutable', tg_table_name using errcode = '55000'; end $$;
    create trigger immutable before update on ensue.workflow_version
      for each row execute function ensue.refuse_change();

    -- One row. Its revision counts every change of what processes cache: collections, live workflows, roles, variables.
    create table ensue.registry (revision bigint not null);
    insert into ensue.registry values (1);
    create function ensue.touch_registry() returns trigger language plpgsql as $$
      begin
        update ensue.registry set revision = revision + 1;
        perform pg_notify('ensue_registry', '');
        return null;
      end $$;
    create trigger touch_registry after insert or update or delete on ensue.collection
      for each statement execute function ensue.touch_registry();
    create trigger touch_registry after insert or delete or update of key, enabled, live_version on ensue.workflow
      for each statement execute function ensue.touch_registry();
    create trigger touch_registry after insert or update or delete on ensue.role
      for each statement execute function ensue.touch_registry();
    create trigger touch_registry after insert or update or delete on ensue.variable
      for each statement execute function ensue.touch_registry();

    create table ensue.runner (
      id uuid primary key,
      -- Key of the session advisory lock that the process holds while it lives.
      lock_key bigint not null,
      worker_pool_id text,
      role text not null,
      host text not null,
      pid integer not null,
      started_at timestamptz not null default now(),
      heartbeat_at timestamptz not null default now()
    );

    create table ensue.execution (
      id uuid primary key,
      workflow_id uuid not null,
      version_id uuid not null,
      status text not null,
      reason text,
      trigger_type text not null,
      sync boolean not null,
      debug boolean not null default false,
      priority smallint not null default 0,
      -- Counts the claims; every write of a run names the epoch of its claim.
      epoch integer not null default 0,
      runner_id uuid,
      crash_starts smallint not null default 0,
      depth smallint not null default 0,
      parent_id uuid,
      root_id uuid,
      context jsonb not null,
      -- What was journaled together with this row; later entries are in the table journal.
      journal jsonb,
      label text,
      error jsonb,
      output jsonb,
      response jsonb,
      messages jsonb,
      idempotency_key text,
      queued_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz
    ) with (fillfactor = 85);
    create index execution_workflow on ensue.execution (workflow_id, id);
    create index execution_queued on ensue.execution (priority desc, id) where status = 'queued';
    create index execution_running on ensue.execution (runner_id) where status = 'running';
    create index execution_failed on ensue.execution (id) where status = 'failed';
    create index execution_parent on ensue.execution (parent_id) where parent_id is not null;
    create unique index execution_idempotency on ensue.execution (workflow_id, idempotency_key)
      where idempotency_key is not null;

    -- The journal: each row is what one flush wrote, an array of node runs; read in order of seq.
    create table ensue.journal (
      execution_id uuid not null,
      epoch integer not null,
      seq integer not null,
      entries jsonb not null,
      primary key (execution_id, epoch, seq)
    );

    create table ensue.wait (
      execution_id uuid not null,
      path text not null,
      kind text not null,
      wake_at timestamptz,
      resolution jsonb,
      created_at timestamptz not null default now(),
      resolved_at timestamptz,
      primary key (execution_id, path)
    );
    create index wait_due on ensue.wait (wake_at) where resolved_at is null and wake_at is not null;

    create table ensue.task (
      id uuid primary key,
      execution_id uuid not null,
      path text not null,
      node text not null,
      title text not null,
      description text,
      users text[] not null default '{}',
      roles text[] not null default '{}',
      form jsonb,
      decisions jsonb not null,
      status text not null default 'pending',
      due_at timestamptz,
      decision text,
      "values" jsonb,
      comment text,
      decided_by uuid,
      decided_at timestamptz,
      created_at timestamptz not null default now(),
      unique (execution_id, path)
    );
    create index task_pending on ensue.task (id) where status = 'pending';

    create table ensue.event (
      id uuid primary key,
      name text not null,
      params jsonb not null,
      source jsonb not null,
      depth smallint not null default 0,
      idempotency_key text,
      emitted_at timestamptz not null default now(),
      -- When the listeners start; null once they have been started.
      due_at timestamptz,
      ordering_key text
    );
    create index event_name on ensue.event (name, id);
    create index event_due on ensue.event (due_at) where due_at is not null;
    create unique index event_idempotency on ensue.event (name, idempotency_key) where idempotency_key is not null;

    create table ensue.audit (
      id uuid primary key,
      at timestamptz not null default now(),
      user_id uuid,
      role text,
      action text not null,
      target text,
      outcome text not null,
      details jsonb
    );
    create trigger immutable before update or delete on ensue.audit
      for each row execute function ensue.refuse_change();
  `.execute(db)

  const roles = [
    ['admin', 'Administrator', { all: true }],
    ['builder', 'Builder', { collections: { '*': ['*'] }, workflows: ['edit', 'deploy', 'run', 'view'], schema: true }],
    [
      'member',
      'Member',
      {
        collections: { '*': ['list', 'get', 'create', 'update', 'count', 'aggregate', 'trigger'] },
        workflows: ['run'],
      },
    ],
  ] as const
  for (const [name, title, permissions] of roles)
    await sql`insert into ensue.role (name, title, permissions, built_in) values (${name}, ${title}, ${JSON.stringify(permissions)}::jsonb, true)`.execute(
      db,
    )
}
