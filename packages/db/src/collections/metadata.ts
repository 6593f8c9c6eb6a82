import { AppError } from '@ensue/engine/core'
import type { DbOrTrx } from '../client.ts'
import { toJsonText } from '../json-text.ts'
import { type Collection, parseCollection } from './definition.ts'

/** The stored definitions, in the order of their names. */
export async function listCollections(db: DbOrTrx): Promise<Collection[]> {
  const rows = await db.selectFrom('collection').select(['title', 'definition']).orderBy('name').execute()
  return rows.map(({ title, definition }) => ({ ...parseCollection(definition), title }))
}

/** @throws AppError conflict when the name is taken */
export async function insertCollection(db: DbOrTrx, definition: Collection): Promise<void> {
  const row = await db
    .insertInto('collection')
    .values({ name: definition.name, title: definition.title ?? null, definition: toJsonText(definition) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst()
  if (!row) throw new AppError('conflict', `There is a collection "${definition.name}" already.`, { path: 'name' })
}

/** @throws AppError not_found */
export async function updateCollection(db: DbOrTrx, definition: Collection): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('collection')
    .set({ title: definition.title ?? null, definition: toJsonText(definition), updatedAt: new Date().toISOString() })
    .where('name', '=', definition.name)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw notFound(definition.name)
}

/** @throws AppError not_found */
export async function deleteCollection(db: DbOrTrx, name: string): Promise<void> {
  const { numDeletedRows } = await db.deleteFrom('collection').where('name', '=', name).executeTakeFirst()
  if (numDeletedRows === 0n) throw notFound(name)
}

function notFound(name: string): AppError {
  return new AppError('not_found', `There is no collection "${name}".`, { path: 'name' })
}
