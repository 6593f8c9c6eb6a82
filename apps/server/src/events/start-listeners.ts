import { type EventRow, listWorkflowsInChain, type Trx } from '@ensue/db'
import { matchTriggers } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import type { App } from '../context.ts'
import { refuseInChain } from '../executions/refuse-in-chain.ts'
import type { Start } from '../executions/runs.ts'
import type { LiveTrigger, Snapshot } from '../registry.ts'

/** What came of an event for one workflow. */
export interface Triggered {
  workflow: string
  executionId: string
  status: string
  message?: string
}

/** The enabled workflows that listen to an event, in the order of their creation. */
export function listenersOf({ triggers }: Snapshot, name: string): LiveTrigger[] {
  return matchTriggers(triggers, { type: 'event', subject: name, facts: {} })
}

/** Starts workflows for an event in the caller's transaction. One that is in the event's own chain already is skipped, and says so. */
export async function startListeners(
  app: App,
  trx: Trx,
  event: EventRow,
  listeners: readonly LiveTrigger[],
): Promise<Triggered[]> {
  if (listeners.length === 0) return []
  const { executionId } = event.source
  const parentId = typeof executionId === 'string' ? executionId : null
  const chain = parentId === null ? undefined : await listWorkflowsInChain(trx, parentId)
  const context = contextOf(event)
  const starts = listeners.map((listener): Start => {
    const refusal = refuseInChain(listener, event.depth, chain)
    return { ...startOf(event, listener, context), depth: event.depth, parentId, ...(refusal ? { refusal } : {}) }
  })
  return insert(app, trx, starts)
}

/** Starts workflows for an event that has had its listeners before: as the first of a chain of their own, marked as a replay. */
export function replayTo(app: App, trx: Trx, event: EventRow, listeners: readonly LiveTrigger[]): Promise<Triggered[]> {
  const { event: facts, ...rest } = contextOf(event)
  const context = { ...rest, event: { ...(facts as JsonObject), replay: true } }
  return insert(
    app,
    trx,
    listeners.map((listener) => startOf(event, listener, context)),
  )
}

function contextOf({ id, name, params, source, emittedAt }: EventRow): JsonObject {
  return {
    param: params,
    params,
    event: { id, name, emittedAt },
    source,
    user: source.user ?? null,
    role: source.role ?? null,
  }
}

function startOf({ id, orderingKey }: EventRow, { workflow }: LiveTrigger, context: JsonObject): Start {
  return {
    workflow,
    triggerType: 'event',
    context,
    eventId: id,
    ...(orderingKey === null ? {} : { orderingKey }),
  }
}

async function insert(app: App, trx: Trx, starts: Start[]): Promise<Triggered[]> {
  const started = await app.runs.insert(trx, starts)
  return started.map(({ workflow, executionId, skipped }) => ({
    workflow: workflow.key,
    executionId,
    ...(skipped ? { status: 'skipped', message: skipped.message } : { status: 'queued' }),
  }))
}
