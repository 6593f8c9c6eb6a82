import type { JsonObject } from '@ensue/engine/core'

/** One record that an action worked on, as workflows see it: without hidden fields. */
export interface Touched {
  /** After the action; for `destroy` as it was last. */
  record: JsonObject
  /** Before the action, when it changed or destroyed the record. */
  previous?: JsonObject
  /** Names of the fields that differ between the two. */
  changed?: string[]
}

/** What the product itself sets at every write says nothing about what the caller changed. */
const BOOKKEEPING = new Set(['updatedAt', 'updatedBy'])

export function changedFields(previous: JsonObject, record: JsonObject): string[] {
  return Object.keys(record).filter(
    (name) =>
      !BOOKKEEPING.has(name) && name in previous && JSON.stringify(previous[name]) !== JSON.stringify(record[name]),
  )
}
