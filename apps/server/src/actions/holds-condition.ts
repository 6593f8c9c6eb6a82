import { countRecords, matchesFilter, parseFilter, type Trx } from '@ensue/db'
import { AppError, type JsonObject } from '@ensue/engine/core'
import type { Snapshot } from '../registry.ts'

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
  const known = collections.get(collection)
  try {
    const matches = matchesFilter(parseFilter(known, condition), record)
    if (matches !== undefined) return matches
    // A destroyed record can't be asked for any more: what was not loaded of it is not there.
    return !destroyed && (await countRecords(trx, known, { $and: [{ id: record.id ?? null }, condition] })) > 0
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const message = `The condition of the workflow "${workflow}" can't be decided: ${error.message}`
    throw new AppError('trigger_invalid', message, { path: 'triggerWorkflows', cause: error })
  }
}
