import type { DbOrTrx } from '../client.ts'
import { toJsonText } from '../json-text.ts'
import type { Collection } from './definition.ts'

export async function insertCollection(db: DbOrTrx, collection: Collection): Promise<void> {
  await db
    .insertInto('collection')
    .values({ name: collection.name, title: collection.title ?? null, definition: toJsonText(collection) })
    .execute()
}

export async function updateCollection(db: DbOrTrx, collection: Collection): Promise<void> {
  await db
    .updateTable('collection')
    .set({ title: collection.title ?? null, definition: toJsonText(collection), updatedAt: new Date().toISOString() })
    .where('name', '=', collection.name)
    .execute()
}

export async function deleteCollection(db: DbOrTrx, name: string): Promise<void> {
  await db.deleteFrom('collection').where('name', '=', name).execute()
}
