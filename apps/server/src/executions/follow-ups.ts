import { afterCommit, type Follow, resolveAwaited } from '@ensue/db'
import type { RunResult, Wait } from '@ensue/engine'
import type { App } from '../context.ts'
import { announce, isHeard } from '../events/announce.ts'
import type { Runnable } from './executor.ts'
import { failureIsHeard, startFailureListeners } from './start-failure-listeners.ts'

/** What follows from the ways of a run, to be written in the same transaction. Undefined, and free, while nobody asks for it. */
export interface FollowUps {
  ofWait(runnable: Runnable, wait: Wait): Follow | undefined
  ofEnd(runnable: Runnable, result: RunResult): Follow | undefined
}

export function createFollowUps(app: App): FollowUps {
  return {
    ofWait({ id, depth, debug }, wait) {
      if (wait.kind !== 'task' || debug || !isHeard(app.registry.current(), 'system.task.created')) return undefined
      const { title, node, users, roles } = wait.task
      return (trx) =>
        announce(app, trx, {
          name: 'system.task.created',
          params: { task: { title, node, executionId: id, users, roles } },
          execution: { id, depth },
        })
    },
    ofEnd({ id, workflowId, debug, triggerType, depth }, { status, error }) {
      const fails = status === 'failed' && !debug && failureIsHeard(app.registry.current(), workflowId)
      const isAwaited = triggerType === 'call' && depth > 0
      if (!fails && !isAwaited) return undefined
      return async (trx) => {
        if (isAwaited && (await resolveAwaited(trx, [id])) > 0) afterCommit(trx, app.runs.nudge)
        if (fails)
          await startFailureListeners(app, trx, id, error ?? { code: 'failed', message: 'The execution failed.' })
      }
    },
  }
}
