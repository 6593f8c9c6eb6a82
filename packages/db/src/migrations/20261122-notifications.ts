import { type Kysely, sql } from 'kysely'

/** What workflows tell users inside the product: one row for each of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ensue.notification (
      id uuid primary key,
      user_id uuid not null references ensue."user" on delete cascade,
      title text,
      text text not null,
      link text,
      execution_id uuid not null,
      created_at timestamptz not null default now(),
      read_at timestamptz
    );
    create index notification_of_user on ensue.notification (user_id, id);
    create index notification_unread on ensue.notification (user_id) where read_at is null;
    create index notification_age on ensue.notification (created_at);
  `.execute(db)
}
