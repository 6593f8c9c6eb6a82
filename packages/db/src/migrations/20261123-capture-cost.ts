import { type Kysely, sql } from 'kysely'

/** The capture of a change for a quarter less: images as json, which is not taken apart, and no setting of the search path for each
 *  row. With the rights of its owner and any search path, the function must name the schema of all that it uses. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table ensue.change
      alter column before type json using before::json,
      alter column after type json using after::json,
      alter column actor type json using actor::json;

    create or replace function ensue.capture_change() returns trigger language plpgsql security definer as $$
      declare
        actor pg_catalog.text := pg_catalog.current_setting('ensue.actor', true);
      begin
        if tg_op operator(pg_catalog.=) 'TRUNCATE' then
          execute pg_catalog.format('insert into ensue.change (collection, before, actor)
            select %L, pg_catalog.row_to_json(r), %L from %s r', tg_table_name,
            case when actor operator(pg_catalog.<>) '' then actor end, tg_relid::pg_catalog.regclass);
        elsif old operator(pg_catalog.*=) new then
          -- Written again as it was: nothing has changed.
          null;
        else
          insert into ensue.change (collection, before, after, actor)
          values (tg_table_name, pg_catalog.row_to_json(old), pg_catalog.row_to_json(new),
            case when actor operator(pg_catalog.<>) '' then actor::pg_catalog.json end);
        end if;
        return null;
      end $$;
    alter function ensue.capture_change() reset search_path;
  `.execute(db)
}
