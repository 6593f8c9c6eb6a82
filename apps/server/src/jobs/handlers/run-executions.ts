import type { Task } from 'graphile-worker'
import type { Executor } from '../../executions/executor.ts'

/** Wakes this process's executor; the executions are claimed from their table. */
export function runExecutionsJob(executor: Executor): Task {
  return async () => executor.kickAll()
}
