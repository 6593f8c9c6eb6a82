import type { JsonObject } from '@ensue/engine'
import type { Generated, JSONColumnType } from 'kysely'

export interface ScheduleTable {
  workflowId: string
  versionId: string
  config: JSONColumnType<JsonObject>
  active: boolean
  byRecord: boolean
  since: string
  nextFireAt: string | null
  dueAt: string | null
  runs: Generated<number>
  lastFireAt: string | null
  missedUntil: string | null
  finishedAt: string | null
}

export interface ScheduleRecordTable {
  workflowId: string
  recordId: string
  dueAt: string
  changedAt: string | null
  value: string | null
  nextFireAt: string | null
}
