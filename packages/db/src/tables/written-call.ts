import type { Json } from '@ensue/engine'
import type { Generated, JSONColumnType } from 'kysely'

export interface WrittenCallTable {
  /** Whose key it is. */
  scope: string
  key: string
  fingerprint: string
  /** Null until the call is written. */
  reply: JSONColumnType<{ value: Json }> | null
  createdAt: Generated<string>
}
