import {
  databaseNow,
  deleteScheduleRecords,
  disarmRecords,
  listOpenScheduleRuns,
  type ResolvedCollection,
  readDates,
  readTarget,
  type ScheduleRow,
  saveScheduleRecords,
  saveSchedules,
  type Trx,
  takeDueRecords,
  takeScheduleWithDueRecords,
} from '@ensue/db'
import type { ScheduleConfig } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import type { LiveWorkflow } from '../registry.ts'
import { planRecord, type RecordPlan } from './plan-record.ts'
import { iso, startOf } from './schedule-start.ts'

const RECORDS_AT_ONCE = 200

/** Starts what one schedule has due by the dates of records, and moves each record on, in one transaction. One process at a time
 *  does this for a schedule, so that its runs can be counted. */
export function fireDueRecords(app: App, at?: string): Promise<boolean> {
  return app.client.transaction(async (trx) => {
    const now = await databaseNow(trx, at)
    const schedule = await takeScheduleWithDueRecords(trx, now)
    if (!schedule) return false
    const { workflowsById, collections } = await currentSnapshot(app, trx)
    const { dateField } = schedule.config as ScheduleConfig
    const workflow = workflowsById.get(schedule.workflowId)
    const collection = collections.find(dateField?.collection ?? '')
    if (!workflow?.live || !dateField || !collection?.columns.has(dateField.field)) {
      // The collection is gone, or has the field no more: nothing will come of these.
      await disarmRecords(trx, schedule.workflowId)
      return true
    }
    const plans = await plansOf(trx, schedule, collection, now)
    const fires = firesOf(schedule, plans)
    const started = await start(app, trx, { workflow, schedule, collection, fires, now })
    await move(trx, schedule.workflowId, plans)
    await count(trx, schedule, started, fires.at(-1)?.at, now)
    return plans.length > 0
  })
}

async function plansOf(
  trx: Trx,
  schedule: ScheduleRow,
  collection: ResolvedCollection,
  now: string,
): Promise<RecordPlan[]> {
  const { dateField, overlap } = schedule.config as ScheduleConfig
  const rows = await takeDueRecords(trx, schedule.workflowId, now, RECORDS_AT_ONCE)
  const ids = rows.map(({ recordId }) => recordId)
  const dates = await readDates(trx, collection, dateField?.field ?? '', ids)
  const open = overlap === 'skip' ? await listOpenScheduleRuns(trx, [schedule.workflowId]) : []
  const openIds = new Set(open.map(({ idempotencyKey }) => idempotencyKey?.split(':')[1]))
  return rows.map((row) =>
    planRecord(schedule, row, dates.get(row.recordId), Date.parse(now), openIds.has(row.recordId)),
  )
}

interface Fire {
  plan: RecordPlan
  at: number
  overlaps: boolean
}

/** What is due, by its time and then by the record, up to the last run that the schedule may still do. What overlaps is no run. */
function firesOf({ config, runs }: ScheduleRow, plans: RecordPlan[]): Fire[] {
  const { maxRuns = Number.POSITIVE_INFINITY } = config as ScheduleConfig
  const all = plans.flatMap((plan) => plan.fires.map((at, index) => ({ plan, at, overlaps: index >= plan.run })))
  let left = maxRuns - runs
  return all
    .sort((a, b) => a.at - b.at)
    .filter(({ overlaps }) => {
      if (left <= 0) return false
      if (!overlaps) left -= 1
      return true
    })
}

interface Batch {
  workflow: LiveWorkflow
  schedule: ScheduleRow
  collection: ResolvedCollection
  fires: Fire[]
  now: string
}

/** @returns how many runs there are more */
async function start(app: App, trx: Trx, { workflow, schedule, collection, fires, now }: Batch): Promise<number> {
  if (fires.length === 0) return 0
  const ids = [...new Set(fires.map(({ plan }) => plan.recordId))]
  const records = await readTarget(trx, collection, { ids })
  const byId = new Map<string, JsonObject>(records.map((record) => [String(record.id), record]))
  let number = schedule.runs
  const starts = fires.map(({ plan, at, overlaps }) => {
    if (!overlaps) number += 1
    const data = byId.get(plan.recordId) ?? null
    return startOf(workflow, {
      idempotencyKey: keyOf(plan, at),
      context: { scheduledAt: iso(at), firedAt: now, number: overlaps ? null : number, data },
      overlap: (schedule.config as ScheduleConfig).overlap,
      overlaps,
      record: plan.recordId,
    })
  })
  const started = await app.runs.insert(trx, starts)
  return started.filter(({ created }, index) => created && !fires[index]!.overlaps).length
}

/** A date that comes back after another one has had its fire already. */
const keyOf = ({ recordId, value }: RecordPlan, fire: number) => `schedule:${recordId}:${value}:${iso(fire)}`

/** Moves the records on to their next fires. */
async function move(trx: Trx, workflowId: string, plans: RecordPlan[]): Promise<void> {
  const over = plans.filter(({ next }) => next === null).map(({ recordId }) => recordId)
  await deleteScheduleRecords(trx, workflowId, over)
  await saveScheduleRecords(
    trx,
    workflowId,
    plans.flatMap(({ recordId, value, next }) =>
      next === null ? [] : [{ recordId, value, nextFireAt: iso(next), dueAt: iso(next) }],
    ),
  )
}

async function count(
  trx: Trx,
  schedule: ScheduleRow,
  started: number,
  last: number | undefined,
  now: string,
): Promise<void> {
  if (started === 0) return
  const { maxRuns = Number.POSITIVE_INFINITY } = schedule.config as ScheduleConfig
  const runs = schedule.runs + started
  const isOver = runs >= maxRuns
  const lastFireAt = last === undefined ? schedule.lastFireAt : iso(last)
  await saveSchedules(trx, [{ ...schedule, active: !isOver, runs, lastFireAt, finishedAt: isOver ? now : null }])
  if (isOver) await disarmRecords(trx, schedule.workflowId)
}
