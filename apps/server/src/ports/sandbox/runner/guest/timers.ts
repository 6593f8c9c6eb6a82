/** `setTimeout` in virtual time: nothing waits; when all else is done, the timer that is due next runs. Runs in the guest.
 *  @returns runs the next timer */
export function installTimers(global: object): (limitMs: number) => 'ran' | 'none' | 'late' {
  interface Timer {
    id: number
    dueMs: number
    run: () => void
  }
  const { apply, deleteProperty, ownKeys } = Reflect
  const { max } = Math
  const timers: Record<string, Timer> = { __proto__: null } as never
  let nowMs = 0
  let lastId = 0

  Object.assign(global, {
    setTimeout(callback: (...args: unknown[]) => void, delayMs?: unknown, ...args: unknown[]): number {
      if (typeof callback !== 'function') throw new TypeError('setTimeout takes a function.')
      const delay = +(delayMs as number)
      lastId += 1
      timers[lastId] = {
        id: lastId,
        dueMs: nowMs + max(0, delay || 0),
        run: () => apply(callback, undefined, args),
      }
      return lastId
    },
    clearTimeout(id: unknown): void {
      if (typeof id === 'number') deleteProperty(timers, id)
    },
    queueMicrotask(callback: () => void): void {
      if (typeof callback !== 'function') throw new TypeError('queueMicrotask takes a function.')
      void (async () => {
        await undefined
        callback()
      })()
    },
  })

  return (limitMs) => {
    let next: Timer | undefined
    const ids = ownKeys(timers)
    for (let i = 0; i < ids.length; i++) {
      const timer = timers[ids[i] as string]!
      if (!next || timer.dueMs < next.dueMs) next = timer
    }
    if (!next) return 'none'
    if (next.dueMs > limitMs) return 'late'
    deleteProperty(timers, next.id)
    nowMs = next.dueMs
    next.run()
    return 'ran'
  }
}
