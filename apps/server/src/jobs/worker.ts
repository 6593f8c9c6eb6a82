import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseClient } from '@ensue/db'
import { type Runner, run, type TaskList, type WorkerEvents, Logger as WorkerLogger } from 'graphile-worker'
import type { Logger } from 'pino'
import type { RunnerIdentity } from '../executions/runner-identity.ts'
import type { JobName } from './catalog.ts'

const RESTART_AFTER_MS = 500

export interface Worker {
  /** Is a worker pool up? It is down for moments after a lost connection. */
  running(): boolean
  stop(): Promise<void>
}

/** Keeps a graphile-worker pool running: it shuts itself down, without an error, when the database goes away while a job completes. */
export function superviseWorker(
  client: DatabaseClient,
  identity: RunnerIdentity,
  tasks: Record<JobName, TaskList[string]>,
  log: Logger,
): Worker {
  let stopping = false
  let runner: Runner | undefined
  const workerLogger = new WorkerLogger(() => (level, message) => {
    if (level === 'error') log.warn({ worker: message }, 'worker')
  })

  const loop = (async () => {
    while (!stopping) {
      try {
        const events = new EventEmitter() as WorkerEvents
        events.on('pool:create', ({ workerPool }) => identity.setWorkerPool(workerPool.id))
        runner = await run({
          pgPool: client.pool,
          concurrency: 2,
          noHandleSignals: true,
          events,
          taskList: tasks as TaskList,
          logger: workerLogger,
          // With the defaults completions are not awaited: a lost connection would be an unhandled rejection.
          preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        })
        if (stopping) await runner.stop().catch(() => {})
        // Resolves too when the pool gave up on its own.
        await runner.promise
      } catch (error) {
        log.warn({ err: error }, 'the job worker stopped')
      }
      runner = undefined
      identity.setWorkerPool(null)
      if (!stopping) await sleep(RESTART_AFTER_MS)
    }
  })()

  return {
    running: () => runner !== undefined,
    async stop() {
      stopping = true
      await runner?.stop().catch(() => {})
      await loop
    },
  }
}
