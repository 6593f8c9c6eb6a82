import { sql } from 'kysely'
import type { Trx } from '../client.ts'
import { type RecordData, run } from './data-db.ts'
import { columnList, tableOf } from './fragments.ts'
import { quoteTable } from './identifiers.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { toRecord, visibleColumns } from './statements.ts'

/** The records of captured changes by the change's id, as the API gives them. */
export interface ChangeImages {
  before: ReadonlyMap<number, RecordData>
  after: ReadonlyMap<number, RecordData>
}

// Not a name that a field can have.
const KEY = '$change'

/** Reads the images of changes of a collection back into rows of its table, so that every type comes out as it does of a record;
 *  hidden fields stay behind. */
export async function readImages(
  trx: Trx,
  collection: ResolvedCollection,
  ids: readonly number[],
): Promise<ChangeImages> {
  const read = async (image: 'before' | 'after'): Promise<Map<number, RecordData>> => {
    const rows = await run(
      trx,
      collection,
      sql`select c.id as ${sql.id(KEY)}, ${columnList('r', visibleColumns(collection))}
        from ensue.change as c, json_populate_record(null::${tableOf(collection.table)}, c.${sql.id(image)}) as r
        where c.id = any(${[...ids]}::bigint[]) and c.${sql.id(image)} is not null`,
    )
    return new Map(rows.map(({ [KEY]: id, ...row }): [number, RecordData] => [Number(id), toRecord(collection, row)]))
  }
  const [before, after] = await Promise.all([read('before'), read('after')])
  return { before, after }
}

/** Waits until no transaction is at the table, and keeps others from it until the end of this one. As strong as the DDL that follows: a lock that had to grow could meet one that waits for it. */
export async function lockTable(trx: Trx, collection: ResolvedCollection): Promise<void> {
  await run(trx, collection, sql.raw(`lock table ${quoteTable(collection.table)} in access exclusive mode`))
}
