import type { ScheduleConfig } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import type { Start } from '../executions/runs.ts'
import type { LiveWorkflow } from '../registry.ts'

const OVERLAP = {
  reason: 'overlap',
  message: 'The run before was not over, and the schedule skips what would overlap.',
}

export function iso(instant: number): string {
  return new Date(instant).toISOString()
}

/** How many fires, from the first on, are run: without overlap only one, and none while an earlier one is open. */
export function countOfRuns({ overlap }: ScheduleConfig, fires: readonly number[], isOpen: boolean): number {
  return overlap === 'skip' ? Math.min(fires.length, isOpen ? 0 : 1) : fires.length
}

export interface ScheduledStart {
  idempotencyKey: string
  context: JsonObject
  overlap: ScheduleConfig['overlap']
  /** It is only to be recorded, with the reason. */
  overlaps: boolean
  /** Overlap is of the runs for one record. */
  record?: string
}

export function startOf(workflow: LiveWorkflow, scheduled: ScheduledStart): Start {
  const { idempotencyKey, context, overlap, overlaps, record } = scheduled
  return {
    workflow,
    triggerType: 'schedule',
    idempotencyKey,
    context: { ...context, user: null, role: null },
    ...(overlaps ? { refusal: OVERLAP } : {}),
    ...(overlap === 'queue' ? { orderingKey: record === undefined ? 'schedule' : `schedule:${record}` } : {}),
  }
}
