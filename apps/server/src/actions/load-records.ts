import { appendRelated, type ResolvedCollection, readTarget, type Target, type Trx } from '@ensue/db'
import { AppError, isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'
import type { Snapshot } from '../registry.ts'
import type { AssociationPath } from './association-path.ts'
import type { Touched } from './touched.ts'

/** The records of a target as they are, in the order of their ids, with associations.
 *  @throws AppError not_found when one id names none */
export async function loadRecords(
  trx: Trx,
  collection: ResolvedCollection,
  target: Target,
  appends: string[],
): Promise<JsonObject[]> {
  const records = await readTarget(trx, collection, target)
  if (target.id !== undefined && records.length === 0)
    throw new AppError('not_found', `There is no record ${String(target.id)} in "${collection.name}".`, { path: 'id' })
  if (appends.length > 0) await appendRelated(trx, collection, records, appends)
  return records
}

/** The records with associations beside their fields; the given ones stay as they are. */
export async function withAppends(
  trx: Trx,
  { collections }: Snapshot,
  collection: string,
  touched: readonly Touched[],
  appends: string[],
): Promise<Touched[]> {
  const copies = touched.map(({ record }) => ({ ...record }))
  await appendRelated(trx, collections.get(collection), copies, appends)
  return touched.map((item, index) => ({ ...item, record: copies[index]! }))
}

/** What is to be loaded so that a path and the associations behind it can be walked. */
export function appendsAlong({ path }: AssociationPath, appends: readonly string[]): string[] {
  return [path, ...appends.map((append) => `${path}.${append}`)]
}

/** The records at the end of a loaded path, each once. */
export function recordsAt(records: readonly JsonObject[], { path }: AssociationPath): JsonObject[] {
  let found: Json[] = [...records]
  for (const step of path.split('.'))
    found = found.flatMap((record) => (isJsonObject(record) ? (record[step] ?? []) : []) as Json | Json[])
  const byId = new Map(found.filter(isJsonObject).map((record) => [String(record.id), record]))
  return [...byId.values()]
}
