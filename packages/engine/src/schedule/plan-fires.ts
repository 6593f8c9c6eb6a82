import { lastFireUpTo, type NextFire } from '../next-fires.ts'

export type MissedPolicy = 'skip' | 'last' | 'all'

/** Where a schedule goes on, given a fire that is due and until when fires count as missed. */
export function afterMissed(next: NextFire, fire: number, until: number, policy: MissedPolicy): number | null {
  if (fire > until || policy === 'all') return fire
  return policy === 'last' ? lastFireUpTo(next, fire, until) : next(until)
}

export interface FirePlan {
  /** What fires now, in order. */
  fires: number[]
  /** What comes after; may be due as well, when there were more than `limit`. */
  next: number | null
}

/** The fires that are due at an instant, beginning with a given one. */
export function planFires(next: NextFire, fire: number | null, now: number, limit: number): FirePlan {
  const fires: number[] = []
  let following = fire
  while (following !== null && following <= now && fires.length < limit) {
    fires.push(following)
    following = next(following)
  }
  return { fires, next: following }
}
