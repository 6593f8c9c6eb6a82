import { findExecution, type Trx } from '@ensue/db'
import type { SystemEventName } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { userOf } from '../auth/user-of.ts'
import type { App, Principal } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { emitEvent } from './emit-event.ts'

export interface Announcement {
  name: SystemEventName
  params: JsonObject
  /** Who did it. */
  by?: Principal
  /** What did it: the event continues its chain of causation. */
  execution?: { id: string; depth?: number }
  /** Id of a workflow that must not hear of it. */
  except?: string
  /** In a transaction that changes the registry: what was true before, since what it changes may never be committed. */
  snapshot?: Snapshot
}

/** Whether an enabled workflow listens to a system event. */
export function isHeard({ triggers }: Snapshot, name: SystemEventName): boolean {
  return triggers.entries.get('event')?.has(name) ?? false
}

/** Emits a system event in the transaction of what happened. While nobody listens it is not even stored, and costs nothing. */
export async function announce(app: App, trx: Trx, announcement: Announcement): Promise<void> {
  const { name, params, by, execution, except, snapshot } = announcement
  if (!isHeard(snapshot ?? app.registry.current(), name)) return
  const cause = execution && execution.depth === undefined ? await findExecution(trx, execution.id) : undefined
  // A builder who tries a draft starts no other workflow.
  if (cause?.debug) return
  const depth = execution && (execution.depth ?? cause?.depth ?? 0)
  await emitEvent(
    app,
    trx,
    {
      name,
      params,
      source: {
        kind: 'system',
        ...(by ? { user: userOf(by), role: by.role } : {}),
        ...(execution ? { executionId: execution.id } : {}),
      },
      depth: depth === undefined ? 0 : depth + 1,
    },
    { ...(snapshot ? { snapshot } : {}), ...(except === undefined ? {} : { except }) },
  )
}
