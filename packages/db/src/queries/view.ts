import type { JsonObject } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { toJsonText } from '../json-text.ts'

export interface ViewRow {
  collection: string
  config: JsonObject
  updatedAt: string
}

const COLUMNS = ['collection', 'config', 'updatedAt'] as const

export function findView(db: DbOrTrx, collection: string): Promise<ViewRow | undefined> {
  return db.selectFrom('view').select(COLUMNS).where('collection', '=', collection).executeTakeFirst()
}

export function upsertView(db: DbOrTrx, collection: string, config: JsonObject): Promise<ViewRow> {
  const json = toJsonText(config)
  return db
    .insertInto('view')
    .values({ collection, config: json, updatedAt: sql<string>`now()` })
    .onConflict((conflict) =>
      conflict.column('collection').doUpdateSet({ config: json, updatedAt: sql<string>`now()` }),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}
