import { type CronPattern, parseCron } from './schedule/cron.ts'
import { type TimeZone, timeZoneOf, type WallMs } from './schedule/time-zone.ts'

/** What follows from summer time. */
export interface DstRule {
  /** A time that the clock leaves out: at the first instant after the gap, or not that day. */
  gap?: 'run' | 'skip' | undefined
  /** A time that the clock shows twice. */
  overlap?: 'once' | 'twice' | undefined
}

/** When something fires; exactly one of `cron` and `everyMs`. Instants are milliseconds since 1970. */
export interface FireRule {
  cron?: string | undefined
  everyMs?: number | undefined
  /** Where `everyMs` counts from; without it from `start`, or else from 1970, so that every 15 minutes means :00, :15, :30, :45. */
  anchor?: number | undefined
  /** IANA name; default UTC. */
  timeZone?: string | undefined
  /** The first and the last instant at which it may fire. */
  start?: number | undefined
  end?: number | undefined
  dst?: DstRule | undefined
}

/** The first fire after an instant; null when there is none any more. */
export type NextFire = (after: number) => number | null

/** @throws Error the cron expression or the time zone is wrong */
export function compileFires(rule: FireRule): NextFire {
  const { start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY } = rule
  const next = rule.cron === undefined ? everyNext(rule) : cronNext(rule, rule.cron)
  return (after) => {
    const fire = next(Math.max(after, start - 1))
    return fire === null || fire > end ? null : fire
  }
}

/** The fires after an instant, in order. */
export function nextFires(next: NextFire, after: number, count: number): number[] {
  const fires: number[] = []
  for (let fire = next(after); fire !== null && fires.length < count; fire = next(fire)) fires.push(fire)
  return fires
}

/** The last fire up to an instant, given one that is. Takes steps by the logarithm of the time between, not by the fires. */
export function lastFireUpTo(next: NextFire, fire: number, until: number): number {
  let last = fire
  let bound = until
  for (;;) {
    const following = next(last)
    if (following === null || following > until) return last
    last = following
    const middle = last + Math.floor((bound - last) / 2)
    const far = next(middle)
    if (far !== null && far <= until) last = far
    else bound = middle
  }
}

function everyNext({ everyMs = 0, anchor, start = 0 }: FireRule): NextFire {
  const origin = anchor ?? start
  return (after) => (after < origin ? origin : origin + (Math.floor((after - origin) / everyMs) + 1) * everyMs)
}

const DAY_MS = 86_400_000
// A pattern such as 29 February on a Monday is decades away; what is further never comes.
const NEVER_MS = 100 * 366 * DAY_MS

function cronNext({ timeZone = 'UTC', dst = {} }: FireRule, text: string): NextFire {
  const cron = parseCron(text)
  const zone = timeZoneOf(timeZone)
  // What runs every hour goes on by the clock that never jumps, unless it is told otherwise.
  const { gap = cron.everyHour ? 'skip' : 'run', overlap = cron.everyHour ? 'twice' : 'once' } = dst
  return (after) => search(cron, zone, after, gap, overlap)
}

function search(
  cron: CronPattern,
  zone: TimeZone,
  after: number,
  gap: 'run' | 'skip',
  overlap: 'once' | 'twice',
): number | null {
  // One stretch of the same offset after the other, since within one the wall and time go at the same pace.
  let stretch = after
  let offset = zone.offsetAt(after)
  let wall = after + offset
  for (;;) {
    const match = cron.next(wall)
    if (match === null || match - after > NEVER_MS) return null
    const fire = match - offset
    const change = zone.nextChange(stretch, fire)
    if (change === undefined) {
      const repeatedUntil = overlap === 'once' ? endOfRepetition(zone, fire, match, offset) : undefined
      if (repeatedUntil === undefined) return fire
      wall = repeatedUntil - 1
      continue
    }
    const changed = zone.offsetAt(change)
    // The clock jumps over the match.
    if (gap === 'run' && match < change + changed) return change
    stretch = change
    offset = changed
    wall = change + changed - 1
  }
}

/** Where the wall stops showing times for the second time, if it does so at this one. */
function endOfRepetition(zone: TimeZone, fire: number, wall: WallMs, offset: number): WallMs | undefined {
  const before = zone.offsetAt(fire - DAY_MS)
  if (before <= offset || zone.offsetAt(wall - before) !== before) return undefined
  const change = zone.nextChange(fire - DAY_MS, fire)
  return change === undefined ? undefined : change + before
}
