import type { ScheduleRecordRow, ScheduleRow } from '@ensue/db'
import { afterMissed, compileSchedule, type NextFire, planFires, type ScheduleConfig } from '@ensue/engine'
import { countOfRuns } from './schedule-start.ts'

/** Of one record in one transaction; the rest follows. */
const FIRES_AT_ONCE = 10

export interface RecordPlan {
  recordId: string
  /** The date it is about. */
  value: string
  fires: number[]
  /** How many of them, from the first on, are run; the others overlap. */
  run: number
  /** Null: nothing more to come for this date. */
  next: number | null
}

/** What is to happen for a record that a schedule looks at.
 *  @param date what the record has in the field now; undefined when it is gone or has none */
export function planRecord(
  schedule: ScheduleRow,
  row: ScheduleRecordRow,
  date: string | undefined,
  now: number,
  isOpen: boolean,
): RecordPlan {
  const { recordId } = row
  const nothing = { recordId, value: date ?? '', fires: [], run: 0, next: null }
  // PostgreSQL knows dates that no clock gets to, infinity among them.
  if (date === undefined || Number.isNaN(Date.parse(date))) return nothing
  const config = schedule.config as ScheduleConfig
  const next = compileSchedule(config, date)
  const first = firstFire(schedule, row, date, next)
  const plan = planFires(next, first, now, FIRES_AT_ONCE)
  return { recordId, value: date, ...plan, run: countOfRuns(config, plan.fires, isOpen) }
}

function firstFire(schedule: ScheduleRow, row: ScheduleRecordRow, date: string, next: NextFire): number | null {
  const { missed } = schedule.config as ScheduleConfig
  const missedUntil = schedule.missedUntil === null ? Number.NEGATIVE_INFINITY : Date.parse(schedule.missedUntil)
  let fire: number | null
  if (row.nextFireAt !== null && row.value === date) fire = Date.parse(row.nextFireAt)
  else if (row.changedAt === null) fire = next(Date.parse(schedule.since))
  else {
    fire = next(Number.NEGATIVE_INFINITY)
    // The date was past when it was written. A run for each record of an import is nothing to do unasked.
    if (fire !== null) fire = afterMissed(next, fire, Date.parse(row.changedAt), missed ?? 'skip')
  }
  return fire === null ? null : afterMissed(next, fire, missedUntil, missed ?? 'last')
}
