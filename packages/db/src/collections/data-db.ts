import type { JsonObject } from '@ensue/engine/core'
import { CompiledQuery, type Kysely, type RawBuilder } from 'kysely'
import { type Attribution, attribute } from '../attribution.ts'
import type { DbOrTrx } from '../client.ts'
import { toRecordError, type WriteAction } from './record-error.ts'
import type { ResolvedCollection } from './resolved-collection.ts'

/** Users' tables: what their columns are is known at run time only. */
export interface DataTables {
  [table: string]: Record<string, unknown>
}
export type Row = Record<string, unknown>
export type RecordData = JsonObject

const plainDbs = new WeakMap<DbOrTrx, Kysely<DataTables>>()

/** The same connection or transaction without the plugins that rename columns: users' fields are called as they are. */
export function dataDb(db: DbOrTrx): Kysely<DataTables> {
  let plain = plainDbs.get(db)
  if (!plain) {
    plain = db.withoutPlugins() as unknown as Kysely<DataTables>
    plainDbs.set(db, plain)
  }
  return plain
}

/** Who writes. */
export interface Actor {
  userId: string | null
  /** Goes with the writes of collections that workflows listen to. */
  attribution?: Attribution | undefined
}

/** Runs a statement on a collection; what PostgreSQL refuses becomes an AppError that names the field.
 *  @param actor whose changes a writing statement makes */
export async function run(
  db: DbOrTrx,
  collection: ResolvedCollection,
  query: RawBuilder<unknown>,
  actor?: Actor,
  action: WriteAction = 'write',
): Promise<Row[]> {
  try {
    const plain = dataDb(db)
    const compiled = (query as RawBuilder<Row>).compile(plain)
    return (await plain.executeQuery(attribute(compiled, actor?.attribution))).rows
  } catch (error) {
    throw toRecordError(error, collection, action)
  }
}

/** As `run`, of a statement whose text is at hand: nothing is compiled.
 *  @param text without and with a parameter more, after the others, by which it tells who writes */
export async function runText(
  db: DbOrTrx,
  collection: ResolvedCollection,
  text: (attributed: boolean) => string,
  parameters: unknown[],
  { attribution }: Actor,
): Promise<Row[]> {
  const attributed = attribution !== undefined
  try {
    const query = CompiledQuery.raw(text(attributed), attributed ? [...parameters, attribution] : parameters)
    const { rows } = await dataDb(db).executeQuery<Row>(attribute(query, attribution, true) as CompiledQuery<Row>)
    return rows
  } catch (error) {
    throw toRecordError(error, collection, 'write')
  }
}
