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
