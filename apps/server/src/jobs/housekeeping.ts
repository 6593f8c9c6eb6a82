import {
  cancelExecution,
  deleteOldDeliveries,
  deleteOldEvents,
  deleteOldNotifications,
  deleteOldWrittenCalls,
  fireDueWaits,
  isTransientError,
  resolveAwaited,
} from '@ensue/db'
import { processChanges } from '../changes/process-changes.ts'
import type { App } from '../context.ts'
import { startDueEvents } from '../events/start-due-events.ts'
import { freeExecutionsOfDeadRunners } from '../executions/free-executions.ts'
import { createExecutionRetention } from '../executions/retention.ts'
import { fireSchedules } from '../schedules/fire-schedules.ts'

const WAITS_EVERY_MS = 250
const CHANGES_EVERY_MS = 250
/** A pass over few changes costs as much as one over many: while records are written all the time, they are collected for so long. */
const CHANGES_COLLECTED_MS = 20
const SCHEDULES_EVERY_MS = 250
const SWEEP_EVERY_MS = 2_000
const AWAITED_EVERY_MS = 10_000
const RETENTION_EVERY_MS = 60_000
const NOTIFICATIONS_KEPT_DAYS = 90
const WRITTEN_CALLS_KEPT_HOURS = 24
const WAITS_AT_ONCE = 500
const EVENTS_AT_ONCE = 100

/** The clockwork of a runner: wakes what waited for a time, and frees what dead runners held. Each task is safe in many processes at once. */
export function startHousekeeping(app: App): { stop(): Promise<void> } {
  const changes = every(CHANGES_EVERY_MS, 'captured changes', () => processChanges(app), CHANGES_COLLECTED_MS)
  // Those of this process don't wait for the next turn.
  app.client.onAttributedCommit(changes.now)
  const loops = [
    changes,
    every(WAITS_EVERY_MS, 'due waits', async () => {
      const fired = await app.client.transaction(async (trx) => {
        const { fired, abandoned } = await fireDueWaits(trx, WAITS_AT_ONCE)
        for (const id of abandoned) await cancelExecution(trx, id, 'caller_timed_out')
        return fired
      })
      if (fired > 0) app.runs.nudgeAll()
      return fired === WAITS_AT_ONCE
    }),
    every(WAITS_EVERY_MS, 'delayed events', async () => {
      const started = await startDueEvents(app, EVENTS_AT_ONCE)
      if (started > 0) app.runs.nudgeAll()
      return started === EVENTS_AT_ONCE
    }),
    every(SCHEDULES_EVERY_MS, 'due schedules', () => fireSchedules(app)),
    every(SWEEP_EVERY_MS, 'the sweep of dead runners', async () => {
      const freed = await freeExecutionsOfDeadRunners(app)
      if (freed > 0) app.log.warn({ executions: freed }, 'executions of dead runners were queued again')
      if (freed > 0) app.runs.nudgeAll()
      return false
    }),
    // What follows from an end is written with it; this finds what could not be.
    every(AWAITED_EVERY_MS, 'executions that others wait for', async () => {
      const resolved = await resolveAwaited(app.client.db)
      if (resolved > 0) app.runs.nudgeAll()
      return resolved > 0
    }),
    every(RETENTION_EVERY_MS, 'the retention of deliveries', async () => {
      return deleteOldDeliveries(app.client.db, app.config.deliveries)
    }),
    every(RETENTION_EVERY_MS, 'the retention of executions', createExecutionRetention(app)),
    every(RETENTION_EVERY_MS, 'the retention of events', async () => {
      return (await deleteOldEvents(app.client.db, app.config.eventsKeptDays)) > 0
    }),
    every(RETENTION_EVERY_MS, 'the retention of idempotency keys', async () => {
      return (await deleteOldWrittenCalls(app.client.db, WRITTEN_CALLS_KEPT_HOURS)) > 0
    }),
    every(RETENTION_EVERY_MS, 'the retention of notifications', async () => {
      return (await deleteOldNotifications(app.client.db, NOTIFICATIONS_KEPT_DAYS)) > 0
    }),
  ]

  /** Runs a task at once, then after every pause; again at once when it says that there is more.
   *  @param collectMs when `now` asks for it: at once, but no sooner than this after it was begun before */
  function every(
    ms: number,
    what: string,
    task: () => Promise<boolean>,
    collectMs = 0,
  ): { now(): void; stop(): Promise<void> } {
    let timer: NodeJS.Timeout | undefined
    let stopped = false
    let wanted = false
    let begunMs = 0
    let current: Promise<void> | undefined
    const wantedInMs = () => Math.max(0, begunMs + collectMs - performance.now())
    const turn = () => {
      wanted = false
      begunMs = performance.now()
      current = (async () => {
        let more = false
        try {
          more = await task()
        } catch (error) {
          if (isTransientError(error)) app.log.debug({ err: error }, `${what} had to wait`)
          else app.log.error({ err: error }, `${what} can't be looked after`)
        }
        current = undefined
        if (!stopped) timer = setTimeout(turn, more ? 0 : wanted ? wantedInMs() : ms)
      })()
    }
    turn()
    return {
      now() {
        if (wanted || stopped) return
        wanted = true
        if (current) return
        clearTimeout(timer)
        timer = setTimeout(turn, wantedInMs())
      },
      async stop() {
        stopped = true
        clearTimeout(timer)
        await current
      },
    }
  }

  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
