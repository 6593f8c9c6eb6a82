import type { Clock } from '../ports.ts'

export interface MemoryClock extends Clock {
  advance(ms: number): void
  /** The durations that were slept, in order. */
  readonly slept: readonly number[]
}

/** A clock that stands still until told: `advance` wakes sleepers. With `autoAdvance` (default) a sleep itself moves the time. */
export function createMemoryClock({ startMs = Date.UTC(2030, 0, 1), autoAdvance = true } = {}): MemoryClock {
  let nowMs = startMs
  let sleepers: { wakeMs: number; wake: () => void }[] = []
  const slept: number[] = []
  function advance(ms: number) {
    nowMs += ms
    const due = sleepers.filter(({ wakeMs }) => wakeMs <= nowMs)
    sleepers = sleepers.filter(({ wakeMs }) => wakeMs > nowMs)
    for (const { wake } of due) wake()
  }
  return {
    slept,
    advance,
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        slept.push(ms)
        if (autoAdvance) {
          advance(ms)
          return resolve()
        }
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        sleepers.push({ wakeMs: nowMs + ms, wake: resolve })
      }),
  }
}
