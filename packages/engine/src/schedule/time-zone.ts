const SECOND_MS = 1_000
const DAY_MS = 86_400_000
// No zone has changed its offset twice within a week for decades.
const SCAN_STEP_MS = 7 * DAY_MS

/** What a clock on the wall shows, as the milliseconds that UTC would have with the same digits. */
export type WallMs = number

export interface TimeZone {
  /** Wall minus UTC. */
  offsetAt(instantMs: number): number
  /** The first instant after `from`, and at most `until`, with another offset than `from` has. */
  nextChange(from: number, until: number): number | undefined
  /** The instants at which the wall shows a time, in order: none in a gap, two where it is repeated. */
  instantsOf(wall: WallMs): number[]
  /** The first such instant; for a time that a gap leaves out, the first instant after the gap. */
  instantOf(wall: WallMs): number
}

const zones = new Map<string, TimeZone>()
const MAX_ZONES = 1_000

export function isTimeZone(name: string): boolean {
  // Engines take `+02:00` as well, which is an offset and no zone.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/** @throws RangeError the zone is unknown */
export function timeZoneOf(name: string): TimeZone {
  let zone = zones.get(name)
  if (!zone) {
    zone = createTimeZone(offsetReader(name))
    if (zones.size >= MAX_ZONES) zones.clear()
    zones.set(name, zone)
  }
  return zone
}

function offsetReader(name: string): (instantMs: number) => number {
  if (name === 'UTC' || name === 'Etc/UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (instantMs) => {
    const seconds = Math.floor(instantMs / SECOND_MS) * SECOND_MS
    const parts: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(seconds)) parts[type] = value
    const read = (type: string) => Number(parts[type])
    const year = parts.era === 'BC' ? 1 - read('year') : read('year')
    const wall = new Date(0)
    wall.setUTCFullYear(year, read('month') - 1, read('day'))
    wall.setUTCHours(read('hour'), read('minute'), read('second'))
    return wall.getTime() - seconds
  }
}

function createTimeZone(readOffset: (instantMs: number) => number): TimeZone {
  // A stretch of time known to have one offset: asking Intl costs many times more than all the rest.
  let known = { from: 0, until: 0, offset: readOffset(0) }

  const offsetAt = (instant: number) =>
    instant >= known.from && instant <= known.until ? known.offset : readOffset(instant)

  /** The first instant in (from, to] that has not the offset of `from`; `to` has another. */
  function bisect(from: number, to: number): number {
    const offset = offsetAt(from)
    let [before, after] = [from, to]
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (offsetAt(middle) === offset) before = middle
      else after = middle
    }
    return after
  }

  function nextChange(from: number, until: number): number | undefined {
    const offset = offsetAt(from)
    const isKnown = from >= known.from && from <= known.until
    for (let at = isKnown ? known.until : from; at < until; ) {
      const next = Math.min(at + SCAN_STEP_MS, until)
      if (offsetAt(next) !== offset) return bisect(at, next)
      at = next
      known = { from: isKnown ? known.from : from, until: at, offset }
    }
    return undefined
  }

  function instantsOf(wall: WallMs): number[] {
    const offsets = new Set([offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)])
    return [...offsets]
      .map((offset) => ({ offset, instant: wall - offset }))
      .filter(({ offset, instant }) => offsetAt(instant) === offset)
      .map(({ instant }) => instant)
      .sort((a, b) => a - b)
  }

  return {
    offsetAt,
    nextChange,
    instantsOf,
    instantOf(wall) {
      const [first] = instantsOf(wall)
      return first ?? bisect(wall - offsetAt(wall + DAY_MS), wall - offsetAt(wall - DAY_MS))
    },
  }
}
