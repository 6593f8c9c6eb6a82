import { deleteOldDeliveries, fireDueWaits, sweepDeadRunners } from '@ensue/db'
import { LIMITS } from '@ensue/engine'
import type { App } from '../context.ts'
import { startDueEvents } from '../events/start-due-events.ts'
import { findGoneRunners } from '../executions/gone-runners.ts'

const WAITS_EVERY_MS = 250
const SWEEP_EVERY_MS = 2_000
const RETENTION_EVERY_MS = 60_000
const WAITS_AT_ONCE = 500

/** The clockwork of a runner: wakes what waited for a time, and frees what dead runners held. Each task is safe in many processes at once. */
export function startHousekeeping(app: App): { stop(): Promise<void> } {
  const loops = [
    every(WAITS_EVERY_MS, 'due waits', async () => {
      const fired = await fireDueWaits(app.client.db, WAITS_AT_ONCE)
      const started = await startDueEvents(app)
      if (fired + started > 0) app.runs.nudge()
      return fired === WAITS_AT_ONCE
    }),
    every(SWEEP_EVERY_MS, 'the sweep of dead runners', async () => {
      const freed = await sweepDeadRunners(app.client.db, await findGoneRunners(app.client.db), LIMITS.maxCrashStarts)
      if (freed > 0) app.log.warn({ executions: freed }, 'executions of dead runners were queued again')
      if (freed > 0) app.runs.nudge()
      return false
    }),
    every(RETENTION_EVERY_MS, 'the retention of deliveries', async () => {
      return (await deleteOldDeliveries(app.client.db, app.config.deliveries)) > 0
    }),
  ]

  /** Runs a task at once, then after every pause; again at once when it says that there is more. */
  function every(ms: number, what: string, task: () => Promise<boolean>): { stop(): Promise<void> } {
    let timer: NodeJS.Timeout | undefined
    let stopped = false
    let current: Promise<void> = Promise.resolve()
    const turn = () => {
      current = (async () => {
        let more = false
        try {
          more = await task()
        } catch (error) {
          app.log.debug({ err: error }, `${what} had to wait`)
        }
        if (!stopped) timer = setTimeout(turn, more ? 0 : ms)
      })()
    }
    turn()
    return {
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
