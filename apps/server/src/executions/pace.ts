/** So long after a sync run the process expects the next caller; … */
const AFTER_RUN_MS = 100
/** … and so long after somebody has read something: what apps look at now and then must not hold up the queue. */
const AFTER_READ_MS = 25
const STEP_MS = 10
const STARTS_A_STEP = 4

/** How fast a process starts queued executions. Somebody waits for the answer of a sync run, nobody for that of a queued one:
 *  while there are callers, queued executions leave them most of the process. What runs already goes on, so slow executions
 *  take no room from each other. */
export interface Pace {
  callerServed(by: 'run' | 'read'): void
  /** How many may start now; with none, in how many milliseconds to ask again. */
  next(): { starts: number; againInMs?: number }
}

export function createPace(now: () => number = () => performance.now()): Pace {
  let callersUntil = Number.NEGATIVE_INFINITY
  let lastStep = Number.NEGATIVE_INFINITY
  return {
    callerServed(by) {
      callersUntil = Math.max(callersUntil, now() + (by === 'run' ? AFTER_RUN_MS : AFTER_READ_MS))
    },
    next() {
      const at = now()
      if (at > callersUntil) return { starts: Number.POSITIVE_INFINITY }
      const againInMs = lastStep + STEP_MS - at
      if (againInMs > 0) return { starts: 0, againInMs }
      lastStep = at
      return { starts: STARTS_A_STEP }
    },
  }
}
