import { isJsonObject } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type Actor, run } from './data-db.ts'
import { findRecord } from './records.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { invalid, parseRow } from './values.ts'
import { planWrite } from './write-plan.ts'
import { createRecord, type UpdateOptions, updateRecords, type WrittenRecord } from './write-records.ts'

export interface UpsertedRecord extends WrittenRecord {
  created: boolean
}

/** Updates the record with the same values in the key fields, or creates it. Calls with the same keys take turns until their
 *  transactions end, so they never make two; a plain create of the same unique value at that moment gives a conflict.
 *  @param keys by default the one unique field among the values
 *  @throws AppError invalid_input, conflict */
export async function upsertRecord(
  db: DbOrTrx,
  collection: ResolvedCollection,
  values: unknown,
  { keys, ...options }: UpdateOptions & { keys?: readonly string[] },
): Promise<UpsertedRecord> {
  const row = parseRow(collection, values, 'create')
  const names = keys ?? row.names.filter((name) => collection.columns.get(name)?.unique)
  if (names.length === 0 || (!keys && names.length > 1))
    throw invalid('Say by which unique fields the record is found.', 'keys')
  const filter = Object.fromEntries(
    names.map((name) => {
      const column = collection.columns.get(name)
      if (!column || column.system || column.hidden)
        throw invalid(`There is no field "${name}" to find records by.`, 'keys')
      const value = isJsonObject(values) ? values[name] : undefined
      if (value === undefined || value === null)
        throw invalid(`"${name}" is a key, so it needs a value.`, `values.${name}`)
      return [name, { $eq: value }]
    }),
  )
  if (!names.some((name) => collection.columns.get(name)?.unique) && names.length === 1)
    throw invalid(`"${names[0]}" is not unique; name a unique field, or several fields.`, 'keys')
  await takeTurn(
    db,
    collection,
    names.map((name) => [name, row.params[row.names.indexOf(name)]]),
  )
  const found = await findRecord(db, collection, { filter }, { fields: ['id'] })
  if (!found) return { record: await createRecord(db, collection, values, options), created: true }
  const [written] = await updateRecords(db, collection, { id: found.id }, values, options)
  return { ...written!, created: false }
}

/** The first record that matches the filter, or a new one of these values. Calls with the same filter take turns.
 *  @param values by default the plain values of the filter
 *  @throws AppError invalid_input, conflict */
export async function firstOrCreateRecord(
  db: DbOrTrx,
  collection: ResolvedCollection,
  filter: unknown,
  values: unknown,
  { actor }: { actor: Actor },
): Promise<UpsertedRecord> {
  const wanted = { ...plainValues(filter), ...(isJsonObject(values) ? values : {}) }
  planWrite(collection, wanted, 'create')
  await takeTurn(db, collection, filter)
  const found = await findRecord(db, collection, { filter })
  if (found) return { record: found, created: false }
  return { record: await createRecord(db, collection, wanted, { actor }), created: true }
}

function plainValues(filter: unknown): Record<string, unknown> {
  if (!isJsonObject(filter)) return {}
  return Object.fromEntries(
    Object.entries(filter).filter(
      ([name, value]) => !/[$.]/.test(name) && (typeof value !== 'object' || value === null),
    ),
  )
}

/** A lock on a text, held until the transaction ends: look-up and insert become one step among those who ask for it. */
async function takeTurn(db: DbOrTrx, collection: ResolvedCollection, key: unknown): Promise<void> {
  const text = `${collection.name} ${JSON.stringify(key)}`
  await run(db, collection, sql`select pg_advisory_xact_lock(hashtextextended(${text}, 0))`)
}
