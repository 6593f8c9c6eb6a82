import type { Json, JsonObject } from '@ensue/engine'
import type { Generated, JSONColumnType } from 'kysely'

/** Who made a change of a record through the product. */
export interface ChangeActor {
  user?: Json
  role?: string
  requestId?: string
  /** The execution whose node wrote, and how deep it is in its chain of causation. One that debugs starts no other. */
  execution?: { id: string; depth: number; debug?: boolean }
}

export interface ChangeTable {
  id: Generated<number>
  collection: string
  before: JSONColumnType<JsonObject> | null
  after: JSONColumnType<JsonObject> | null
  actor: JSONColumnType<ChangeActor> | null
  at: Generated<string>
  error: string | null
}
