import {
  type ChangeImages,
  type ChangeRow,
  changedFields,
  deleteChanges,
  listChanges,
  listWorkflowsInChains,
  readImages,
  type Trx,
} from '@ensue/db'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import { refuseInChain } from '../executions/refuse-in-chain.ts'
import type { Start } from '../executions/runs.ts'
import type { LiveTrigger, Snapshot } from '../registry.ts'
import { type Change, changeContext, type Matched, matchChanges } from './match-changes.ts'

// One statement inserts so many executions.
const MAX_INSERTED_AT_ONCE = 1_000

/** Turns the oldest captured changes into executions, and deletes them, in the caller's transaction, which holds `lockChanges`. The
 *  workflows are those that are live and enabled now. Executions are inserted in the order of the changes.
 *  @returns how many changes; call `runs.nudge` after the commit when there were any */
export async function startChanges(
  app: App,
  trx: Trx,
  which: { limit: number; collection?: string; id?: number },
): Promise<number> {
  const snapshot = await currentSnapshot(app, trx)
  const rows = await listChanges(trx, which)
  if (rows.length === 0) return 0
  const matched: Matched[] = []
  for (const [collection, group] of Map.groupBy(rows, (row) => row.collection)) {
    const listeners = listenersOf(snapshot, collection)
    const known = snapshot.collections.find(collection)
    if (listeners.length === 0 || !known) continue
    const ids = group.map(({ id }) => id)
    const changes = changesOf(group, await readImages(trx, known, ids))
    for (const listener of listeners)
      matched.push(...(await matchChanges(trx, snapshot.collections, known, listener, changes)))
  }
  // Stable: of one change in the order of the workflows.
  matched.sort((a, b) => a.change.id - b.change.id)
  await insertExecutions(app, trx, matched)
  await deleteChanges(
    trx,
    rows.map(({ id }) => id),
  )
  return rows.length
}

function listenersOf({ triggers }: Snapshot, collection: string): LiveTrigger[] {
  return (triggers.entries.get('collection')?.get(collection) ?? []).map(({ trigger }) => trigger)
}

function changesOf(rows: readonly ChangeRow[], { before, after }: ChangeImages): Change[] {
  return rows.flatMap(({ id, actor }): Change[] => {
    if (actor?.execution?.debug) return []
    const [previous, record] = [before.get(id), after.get(id)]
    if (record && previous)
      return [{ id, actor, event: 'update', data: record, previous, changed: changedFields(previous, record) }]
    if (record) return [{ id, actor, event: 'create', data: record, previous: null, changed: [] }]
    return previous ? [{ id, actor, event: 'destroy', data: previous, previous, changed: [] }] : []
  })
}

async function insertExecutions(app: App, trx: Trx, matched: readonly Matched[]): Promise<void> {
  const parents = matched.flatMap(({ change }) => change.actor?.execution?.id ?? [])
  const chains = await listWorkflowsInChains(trx, [...new Set(parents)])
  const starts = matched.map(({ listener, change, data, fault }): Start => {
    const parent = change.actor?.execution
    const depth = parent ? parent.depth + 1 : 0
    const refusal = fault ?? refuseInChain(listener, depth, parent && chains.get(parent.id))
    return {
      workflow: listener.workflow,
      triggerType: 'collection',
      context: changeContext(change, data),
      depth,
      parentId: parent?.id ?? null,
      idempotencyKey: `change:${change.id}`,
      ...(refusal ? { refusal } : {}),
    }
  })
  for (let at = 0; at < starts.length; at += MAX_INSERTED_AT_ONCE)
    await app.runs.insert(trx, starts.slice(at, at + MAX_INSERTED_AT_ONCE))
}
