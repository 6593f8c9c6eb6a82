import { type EventRow, findEventByKey, insertEvent, listExecutionsOfEvent, type Trx } from '@ensue/db'
import { SYSTEM_EVENTS } from '@ensue/engine'
import { AppError, type JsonObject, newId } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import { checkJsonSchema } from '../http/json-schema.ts'
import type { Snapshot } from '../registry.ts'
import { storableKey } from '../secrets/storable-key.ts'
import { listenersOf, startListeners, type Triggered } from './start-listeners.ts'

export interface EventToStore {
  name: string
  params: JsonObject
  source: EventRow['source']
  /** Steps from the start of the chain of causation. */
  depth?: number
  idempotencyKey?: string
  orderingKey?: string
  delayMs?: number
  /** Stored for the record, heard by nobody. */
  debug?: boolean
}

export interface Emitted {
  id: string
  triggered: Triggered[]
}

/** Stores an event and starts its listeners in the caller's transaction; call `runs.nudge` after the commit, unless it is one of
 *  `client.transaction`. An event whose idempotency key is taken is the first one.
 *  @param except the id of a workflow that must not hear of it
 *  @throws AppError schema_invalid with an item for each parameter that does not fit the event's schema */
export async function emitEvent(
  app: App,
  trx: Trx,
  event: EventToStore,
  { snapshot, except }: { snapshot?: Snapshot; except?: string } = {},
): Promise<Emitted> {
  const { idempotencyKey = null, orderingKey, delayMs = 0, depth = 0, debug = false, ...rest } = event
  const { masker } = app.secrets.current()
  const current = snapshot ?? (await currentSnapshot(app, trx))
  checkParams(current, rest.name, rest.params)
  const stored = await insertEvent(trx, {
    id: newId(),
    ...rest,
    params: masker.json(rest.params),
    source: masker.json(rest.source),
    depth,
    idempotencyKey,
    orderingKey: orderingKey === undefined ? null : storableKey(app, orderingKey),
    delayMs: debug ? 0 : delayMs,
  })
  if (!stored) return firstOf(trx, event.name, idempotencyKey)
  if (stored.dueAt !== null || debug) return { id: stored.id, triggered: [] }
  const listeners = listenersOf(current, event.name).filter(({ workflow }) => workflow.id !== except)
  return { id: stored.id, triggered: await startListeners(app, trx, stored, listeners) }
}

function checkParams({ eventTypes }: Snapshot, name: string, params: JsonObject): void {
  const schema = eventTypes.get(name)?.schema
  if (schema && !SYSTEM_EVENTS.has(name)) checkJsonSchema(schema, params, 'params')
}

async function firstOf(trx: Trx, name: string, idempotencyKey: string | null): Promise<Emitted> {
  const first = idempotencyKey === null ? undefined : await findEventByKey(trx, name, idempotencyKey)
  if (!first) throw new AppError('conflict', `The event "${name}" is just being emitted with this key; try again.`)
  const executions = await listExecutionsOfEvent(trx, first.id)
  return {
    id: first.id,
    triggered: executions.map(({ id, workflow, status, error }) => ({
      workflow: workflow ?? '',
      executionId: id,
      status,
      ...(status === 'skipped' && error ? { message: error.message } : {}),
    })),
  }
}
