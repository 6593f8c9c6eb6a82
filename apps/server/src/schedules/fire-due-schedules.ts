import {
  databaseNow,
  listOpenScheduleRuns,
  type ScheduleChange,
  type ScheduleRow,
  saveSchedules,
  type Trx,
  takeDueSchedules,
} from '@ensue/db'
import { afterMissed, compileSchedule, planFires, type ScheduleConfig } from '@ensue/engine'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import type { Start } from '../executions/runs.ts'
import type { LiveWorkflow } from '../registry.ts'
import { countOfRuns, iso, startOf } from './schedule-start.ts'

const SCHEDULES_AT_ONCE = 100
/** Of one schedule in one transaction; the rest follows in the next, so that others get their turn. */
const FIRES_AT_ONCE = 50
/** How soon one that can not be worked out is tried again. */
const RETRY_MS = 60_000

/** Starts what schedules have due, and moves each on to its next fire, in one transaction. */
export function fireDueSchedules(app: App, at?: string): Promise<boolean> {
  return app.client.transaction(async (trx) => {
    const now = await databaseNow(trx, at)
    const rows = await takeDueSchedules(trx, now, SCHEDULES_AT_ONCE)
    if (rows.length === 0) return false
    const { workflowsById } = await currentSnapshot(app, trx)
    const open = await openRuns(trx, rows)
    const starts: Start[] = []
    const changes: ScheduleChange[] = []
    for (const row of rows) {
      const workflow = workflowsById.get(row.workflowId)
      try {
        const plan = planSchedule(row, Date.parse(now), open.has(row.workflowId))
        if (workflow?.live) starts.push(...startsOf(workflow, row, plan, now))
        changes.push(plan.change)
      } catch (error) {
        // One that can not be worked out must not hold up the others.
        app.log.error({ err: error, workflow: workflow?.key }, 'a schedule could not be worked out')
        changes.push({ ...row, dueAt: iso(Date.parse(now) + RETRY_MS) })
      }
    }
    await app.runs.insert(trx, starts)
    await saveSchedules(trx, changes)
    return changes.some(({ dueAt }) => dueAt !== null && dueAt <= now)
  })
}

interface Plan {
  fires: number[]
  /** How many of them, from the first on, are run; the others overlap. */
  run: number
  change: ScheduleChange
}

function planSchedule(row: ScheduleRow, now: number, isOpen: boolean): Plan {
  const config = row.config as ScheduleConfig
  const next = compileSchedule(config)
  const due = row.nextFireAt === null ? null : Date.parse(row.nextFireAt)
  const missedUntil = row.missedUntil === null ? Number.NEGATIVE_INFINITY : Date.parse(row.missedUntil)
  const first = due === null ? null : afterMissed(next, due, missedUntil, config.missed ?? 'last')
  const left = (config.maxRuns ?? Number.POSITIVE_INFINITY) - row.runs
  const { fires, next: following } = planFires(next, first, now, Math.min(FIRES_AT_ONCE, left))
  const run = countOfRuns(config, fires, isOpen)
  const isOver = following === null || run >= left
  const nextFireAt = isOver ? null : iso(following)
  return {
    fires,
    run,
    change: {
      workflowId: row.workflowId,
      active: !isOver,
      nextFireAt,
      dueAt: nextFireAt,
      runs: row.runs + run,
      lastFireAt: run > 0 ? iso(fires[run - 1]!) : row.lastFireAt,
      finishedAt: isOver ? iso(now) : null,
    },
  }
}

function startsOf(workflow: LiveWorkflow, { config, runs }: ScheduleRow, { fires, run }: Plan, now: string): Start[] {
  return fires.map((fire, index) =>
    startOf(workflow, {
      idempotencyKey: `schedule:${iso(fire)}`,
      context: { scheduledAt: iso(fire), firedAt: now, number: index < run ? runs + index + 1 : null },
      overlap: (config as ScheduleConfig).overlap,
      overlaps: index >= run,
    }),
  )
}

/** Ids of workflows with a run of the schedule under way, where that makes a difference. */
async function openRuns(trx: Trx, rows: ScheduleRow[]): Promise<Set<string>> {
  const concerned = rows.filter(({ config }) => config.overlap === 'skip').map(({ workflowId }) => workflowId)
  const open = await listOpenScheduleRuns(trx, concerned)
  return new Set(open.map(({ workflowId }) => workflowId))
}
