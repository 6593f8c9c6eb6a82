import type { JsonObject } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { toJsonText } from '../json-text.ts'

export interface EventTypeRow {
  name: string
  title: string | null
  description: string | null
  schema: JsonObject | null
}

const COLUMNS = ['name', 'title', 'description', 'schema'] as const

export function upsertEventType(db: DbOrTrx, { schema, ...type }: EventTypeRow): Promise<EventTypeRow> {
  const values = { ...type, schema: schema === null ? null : toJsonText(schema) }
  return db
    .insertInto('eventType')
    .values(values)
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...values, updatedAt: sql<string>`now()` }))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** @returns undefined when there is no such event */
export function deleteEventType(db: DbOrTrx, name: string): Promise<EventTypeRow | undefined> {
  return db.deleteFrom('eventType').where('name', '=', name).returning(COLUMNS).executeTakeFirst()
}
