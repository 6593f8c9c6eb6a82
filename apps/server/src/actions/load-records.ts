import { getRecord, listRecords, loadAppends, type ResolvedCollection, type Target, type Trx } from '@ensue/db'
import { isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'
import type { Snapshot } from '../registry.ts'
import type { AssociationPath } from './association-path.ts'
import type { Touched } from './touched.ts'

const CHUNK = 1_000

/** The records of a target as they are, in the order of their ids, with associations.
 *  @throws AppError not_found when one id names none */
export async function loadRecords(
  trx: Trx,
  { collections }: Snapshot,
  collection: ResolvedCollection,
  target: Target,
  appends: string[],
): Promise<JsonObject[]> {
  if (target.id !== undefined) return [await getRecord(trx, collections, collection, target.id, { appends })]
  const records: JsonObject[] = []
  const filters: Json[] = []
  if (target.ids === undefined) filters.push(target.filter ?? {})
  else
    for (let at = 0; at < target.ids.length; at += CHUNK)
      filters.push({ id: { $in: target.ids.slice(at, at + CHUNK) } })
  for (const filter of filters)
    for (let page = 1; ; page++) {
      const options = { filter, appends, page, pageSize: CHUNK, sort: ['id'] }
      const { data } = await listRecords(trx, collections, collection, options)
      records.push(...data)
      if (data.length < CHUNK) break
    }
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
  await loadAppends(trx, collections, collections.require(collection), copies, appends)
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
