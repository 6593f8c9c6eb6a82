import { type Kysely, sql } from 'kysely'

/** Row changes of collections that workflows listen to. A row trigger measured cheaper than one with transition tables: half the
 *  cost of a single row, the same for many. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- A queue: rows go when the executions that come of them are inserted. A row that could not be handled stays, with the error.
    create table ensue.change (
      id bigint generated always as identity primary key,
      collection text not null,
      before jsonb,
      after jsonb,
      -- Who made the change, when it came through the product; see ChangeActor.
      actor jsonb,
      at timestamptz not null default now(),
      error text
    ) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 1);

    -- Whoever may write a collection's table need not have rights on the queue.
    create function ensue.capture_change() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
      begin
        if tg_op = 'TRUNCATE' then
          execute format('insert into ensue.change (collection, before, actor)
            select %L, to_jsonb(r), nullif(current_setting(''ensue.actor'', true), '''')::jsonb from %s r', tg_table_name, tg_relid::regclass);
        elsif old *= new then
          -- Written again as it was: nothing has changed.
          null;
        else
          insert into ensue.change (collection, before, after, actor)
          values (tg_table_name, to_jsonb(old), to_jsonb(new), nullif(current_setting('ensue.actor', true), '')::jsonb);
        end if;
        return null;
      end $$;

    -- Gives the triggers to the tables that an enabled, live workflow listens to, and takes them from all others, in the
    -- transaction of whatever changes that.
    create function ensue.sync_capture() returns trigger language plpgsql as $$
      declare
        heard text[];
        patience text := current_setting('lock_timeout');
        target record;
      begin
        -- Two such changes take turns, so that each sees what the other has done.
        perform from ensue.registry for update;
        heard := array(
          select distinct v.definition #>> '{trigger,config,collection}'
          from ensue.workflow w join ensue.workflow_version v on v.workflow_id = w.id and v.number = w.live_version
          where w.enabled and v.definition #>> '{trigger,type}' = 'collection'
            and v.definition #>> '{trigger,config,collection}' is not null);
        -- The change of a trigger waits for the transactions that use the table, and everyone else waits behind it: not for long, then.
        perform set_config('lock_timeout', '5s', true);
        for target in
          select c.oid::regclass as name, k.name = any (heard) as is_heard
          from ensue.collection k join pg_class c on c.relname = k.name and c.relnamespace = 'data'::regnamespace
          where (k.name = any (heard)) <> exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'ensue_capture')
          order by k.name
        loop
          if target.is_heard then
            execute format('create trigger ensue_capture after insert or update or delete on %s
              for each row execute function ensue.capture_change()', target.name);
            execute format('create trigger ensue_capture_all before truncate on %s
              for each statement execute function ensue.capture_change()', target.name);
          else
            execute format('drop trigger ensue_capture on %s', target.name);
            execute format('drop trigger ensue_capture_all on %s', target.name);
          end if;
        end loop;
        perform set_config('lock_timeout', patience, true);
        return null;
      end $$;
    create trigger sync_capture after insert or delete or update of key, enabled, live_version on ensue.workflow
      for each statement execute function ensue.sync_capture();
    create trigger sync_capture after insert on ensue.collection
      for each statement execute function ensue.sync_capture();
  `.execute(db)
}
