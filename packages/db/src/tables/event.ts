import type { JsonObject } from '@ensue/engine'
import type { Generated, JSONColumnType } from 'kysely'

export interface EventTable {
  id: string
  name: string
  params: JSONColumnType<JsonObject>
  source: JSONColumnType<EventSource>
  depth: Generated<number>
  idempotencyKey: string | null
  emittedAt: Generated<string>
  dueAt: string | null
  orderingKey: string | null
}

/** Who emitted an event: with `executionId` it continues that execution's chain of causation. */
export type EventSource = JsonObject & { kind: 'execution' | 'api' | 'system' }

export interface EventTypeTable {
  name: string
  title: string | null
  description: string | null
  schema: JSONColumnType<JsonObject> | null
  createdAt: Generated<string>
  updatedAt: Generated<string>
}
