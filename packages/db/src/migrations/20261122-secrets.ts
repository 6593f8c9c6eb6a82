import { type Kysely, sql } from 'kysely'

/** Secrets, each encrypted by itself, and one row that tells whether a master key is the right one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ensue.secret (
      name text primary key,
      kind text not null,
      -- k<key id>:<nonce>:<ciphertext>:<tag>; bound to name and kind, so an envelope in another row can't be opened.
      envelope text not null,
      updated_by uuid,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create trigger touch_registry after insert or update or delete on ensue.secret
      for each statement execute function ensue.touch_registry();

    create table ensue.secret_canary (
      one boolean primary key default true check (one),
      envelope text not null
    );
  `.execute(db)
}
