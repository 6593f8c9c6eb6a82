import { countRecords, type Trx } from '@ensue/db'
import { matchesFilter } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import type { Snapshot } from '../registry.ts'
import { associationsOfFilter } from './association-path.ts'

/** Does a record meet a trigger's condition? Decided in memory, or in the transaction when the condition looks at associations.
 *  A destroyed record is not in the table any more and must have them loaded.
 *  @throws AppError trigger_invalid when the condition does not fit the collection any more */
export async function holdsCondition(
  trx: Trx,
  { collections }: Snapshot,
  workflow: string,
  collection: string,
  record: JsonObject,
  condition: JsonObject,
  destroyed: boolean,
): Promise<boolean> {
  if (destroyed || associationsOfFilter(collections, collection, condition).length === 0)
    return matchesFilter(record, condition)
  const filter = { $and: [{ id: record.id ?? null }, condition] }
  try {
    return (await countRecords(trx, collections, collections.require(collection), filter)) > 0
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const message = `The condition of the workflow "${workflow}" can't be decided: ${error.message}`
    throw new AppError('trigger_invalid', message, { path: 'triggerWorkflows', cause: error })
  }
}
