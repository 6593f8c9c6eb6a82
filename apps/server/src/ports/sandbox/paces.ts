export const SLOW_MS = 100
/** How much the newest run counts in an owner's mean time: one that a busy machine delays makes nobody slow. */
const NEWEST = 0.25
const MAX_OWNERS = 1_000

/** Knows whose runs take long, so that they never hold all runners at once: those with quick ones go on beside them. */
export interface Paces {
  /** May the owner have one of the runners that are free? */
  mayStart(owner: string): boolean
  /** One of its runs begins; call what is returned when it is over. */
  start(owner: string): () => void
}

export function createPaces(size: number, now: () => number = () => performance.now()): Paces {
  /** The mean time of each owner's runs, the owner that ran longest ago first. */
  const meanMs = new Map<string, number>()
  const active = new Set<{ owner: string; startedMs: number }>()

  const isKnownSlow = (owner: string) => (meanMs.get(owner) ?? 0) > SLOW_MS
  const isLate = (run: { startedMs: number }) => now() - run.startedMs > SLOW_MS

  /** Undefined: nothing is known. */
  function isSlow(owner: string): boolean | undefined {
    for (const run of active) if (run.owner === owner && isLate(run)) return true
    return meanMs.has(owner) ? isKnownSlow(owner) : undefined
  }

  return {
    mayStart(owner) {
      if (size === 1) return true
      const slow = isSlow(owner)
      if (slow === false) return true
      const runs = [...active]
      // A newcomer gets all but one, until it has shown its pace.
      if (slow === undefined) return runs.filter((run) => run.owner === owner).length < size - 1
      return runs.filter((run) => isLate(run) || isKnownSlow(run.owner)).length < size - 1
    },
    start(owner) {
      const run = { owner, startedMs: now() }
      active.add(run)
      return () => {
        active.delete(run)
        const before = meanMs.get(owner) ?? 0
        meanMs.delete(owner)
        if (meanMs.size >= MAX_OWNERS) meanMs.delete(meanMs.keys().next().value!)
        meanMs.set(owner, before + NEWEST * (now() - run.startedMs - before))
      }
    },
  }
}
