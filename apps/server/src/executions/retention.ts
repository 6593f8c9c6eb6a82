import { setTimeout as sleep } from 'node:timers/promises'
import { deleteOldExecutions, type EndStatus, type ExecutionRetention, type Kept, type RetentionMarks } from '@ensue/db'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { DEFAULT_DEDUPE_WINDOW_MS } from '../webhooks/dedupe.ts'

/** How long a start remembers its idempotency key at least. */
const KEY_WINDOW_MS = 86_400_000
/** Others use the database as well. */
const PAUSE_MS = 100

/** The part of housekeeping that deletes executions; answers whether there is more to delete. */
export function createExecutionRetention(app: App): () => Promise<boolean> {
  const marks: RetentionMarks = new Map()
  return async () => {
    // Never an older one: somebody may just have chosen to keep more.
    const snapshot = await currentSnapshot(app, app.client.db)
    const more = await deleteOldExecutions(app.client.db, (workflowId) => retentionOf(app, snapshot, workflowId), marks)
    if (more) await sleep(PAUSE_MS)
    return more
  }
}

/** What the live version of a workflow asks for, and the server's default where it doesn't, or is no more. */
function retentionOf({ config }: App, snapshot: Snapshot, workflowId: string): ExecutionRetention {
  const { options, trigger } = snapshot.workflowsById.get(workflowId)?.live?.definition ?? {}
  const keep = (status: EndStatus): Kept => {
    const { maxAgeDays = config.executionsKeptDays, maxCount } = options?.retention?.[status] ?? {}
    return { maxAgeDays, maxCount }
  }
  return {
    kept: {
      succeeded: keep('succeeded'),
      failed: keep('failed'),
      canceled: keep('canceled'),
      skipped: keep('skipped'),
    },
    keyWindowMs: trigger?.type === 'webhook' ? dedupeWindowMs(trigger.config.dedupe) : KEY_WINDOW_MS,
  }
}

/** Also of a webhook that is switched off: it may be switched on again. */
function dedupeWindowMs(dedupe: unknown): number {
  const windowMs = (dedupe as { windowMs?: unknown } | null | undefined)?.windowMs
  return typeof windowMs === 'number' ? windowMs : DEFAULT_DEDUPE_WINDOW_MS
}
