import { type EventRow, findEventByKey, insertEvent, listWorkflowsInChain, type NewEvent, type Trx } from '@ensue/db'
import { matchTriggers } from '@ensue/engine'
import { AppError, type JsonObject, newId } from '@ensue/engine/core'
import type { App } from '../context.ts'
import { refuseInChain } from '../executions/refuse-in-chain.ts'
import type { Start } from '../executions/runs.ts'

export interface EventToStore {
  name: string
  params: JsonObject
  source: NewEvent['source']
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
  triggered: { workflow: string; executionId: string; status: 'queued' | 'skipped'; message?: string }[]
}

/** Stores an event and starts its listeners in the caller's transaction; call `runs.nudge` after the commit. */
export async function emitEvent(app: App, trx: Trx, event: EventToStore): Promise<Emitted> {
  const { idempotencyKey = null, orderingKey = null, delayMs = 0, depth = 0, debug = false, ...rest } = event
  const stored = await insertEvent(trx, {
    id: newId(),
    ...rest,
    params: app.secrets.current().masker.json(rest.params),
    depth,
    idempotencyKey,
    orderingKey,
    delayMs: debug ? 0 : delayMs,
  })
  if (!stored) {
    const first = idempotencyKey === null ? undefined : await findEventByKey(trx, event.name, idempotencyKey)
    if (!first)
      throw new AppError('conflict', `The event "${event.name}" is just being emitted with this key; try again.`)
    return { id: first.id, triggered: [] }
  }
  return { id: stored.id, triggered: stored.dueAt === null && !debug ? await startListeners(app, trx, stored) : [] }
}

/** Starts the workflows that listen to an event. One that is in the event's own chain already is skipped, and says so. */
export async function startListeners(app: App, trx: Trx, event: EventRow): Promise<Emitted['triggered']> {
  const { revision } = await trx.selectFrom('registry').select('revision').executeTakeFirstOrThrow()
  const { triggers } = await app.registry.atLeast(revision, trx)
  const listeners = matchTriggers(triggers, { type: 'event', subject: event.name, facts: {} })
  if (listeners.length === 0) return []
  const parentId = event.source.kind === 'execution' ? String(event.source.executionId) : null
  const chain = parentId === null ? new Set<string>() : await listWorkflowsInChain(trx, parentId)
  const context: JsonObject = {
    param: event.params,
    params: event.params,
    event: { id: event.id, name: event.name, emittedAt: event.emittedAt },
    source: event.source,
    user: event.source.user ?? null,
    role: event.source.role ?? null,
  }
  const starts = listeners.map((listener): Start => {
    const refusal = refuseInChain(listener, event.depth, chain)
    return {
      workflow: listener.workflow,
      triggerType: 'event',
      context,
      depth: event.depth,
      parentId,
      ...(event.orderingKey === null ? {} : { orderingKey: event.orderingKey }),
      ...(refusal ? { refusal } : {}),
    }
  })
  const started = await app.runs.insert(trx, starts)
  return started.map(({ workflow, executionId, skipped }) => ({
    workflow: workflow.key,
    executionId,
    ...(skipped ? { status: 'skipped', message: skipped.message } : { status: 'queued' }),
  }))
}
