import { type Follow, isConnectionError, isTransientError, type RunSession } from '@ensue/db'
import { FenceError } from '@ensue/engine'
import type { Logger } from 'pino'
import type { Runnable } from './executor.ts'
import type { FollowUps } from './follow-ups.ts'

const MAX_TRIES = 3

/** A session that writes with a wait or an end what follows from it. What follows must not keep an execution from ending: when it
 *  can't be written, that is logged, and the wait or end is written alone. */
export function followedSession(
  runnable: Runnable,
  session: RunSession,
  followUps: FollowUps,
  log: Logger,
): RunSession {
  async function withFollow(write: (follow?: Follow) => Promise<void>, follow: Follow | undefined): Promise<void> {
    if (!follow) return write()
    for (let tries = 1; ; tries++)
      try {
        return await write(follow)
      } catch (error) {
        if (error instanceof FenceError || isConnectionError(error)) throw error
        // E.g. a deadlock with who cancels the execution that waits for this one.
        if (isTransientError(error) && tries < MAX_TRIES) continue
        log.error({ err: error, executionId: runnable.id }, 'what follows from an execution could not be written')
        return write()
      }
  }
  return {
    ...session,
    wait: (entries, wait) =>
      withFollow((follow) => session.wait(entries, wait, follow), followUps.ofWait(runnable, wait)),
    finish: (entries, result) =>
      withFollow((follow) => session.finish(entries, result, follow), followUps.ofEnd(runnable, result)),
  }
}
