/** So long after a caller was served the process expects the next one. */
const CALLERS_MS = 100
const STEP_MS = 10
const STARTS_A_STEP = 4

/** How fast a process starts queued executions. Somebody waits for the answer of a sync run, nobody for that of a queued one:
 *  while there are callers, queued executions leave them most of the process. What runs already goes on, so slow executions
 *  take no room from each other. */
export interface Pace {
  callerServed(): void
  /** How many may start now; with none, in how many milliseconds to ask again. */
  next(): { starts: number; againInMs?: number }
}

export function createPace(now: () => number = () => performance.now()): Pace {
  let lastCaller = Number.NEGATIVE_INFINITY
  let lastStep = Number.NEGATIVE_INFINITY
  return {
    callerServed() {
      lastCaller = now()
    },
    next() {
      const at = now()
      if (at - lastCaller > CALLERS_MS) return { starts: Number.POSITIVE_INFINITY }
      const againInMs = lastStep + STEP_MS - at
      if (againInMs > 0) return { starts: 0, againInMs }
      lastStep = at
      return { starts: STARTS_A_STEP }
    },
  }
}
