import { type Kysely, sql } from 'kysely'

/** Nodes that hold code take a permission of their own; builders, who could edit everything so far, get it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    update ensue.role set permissions = jsonb_set(permissions, '{workflows}', permissions->'workflows' || '["code"]')
    where name = 'builder' and permissions->'workflows' ? 'edit' and not permissions->'workflows' ? 'code'`.execute(db)
}
