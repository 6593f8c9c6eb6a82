import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFires, type FireRule, lastFireUpTo, nextFires } from './next-fires.ts'

const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS
const DAY_MS = 86_400_000
const at = (text: string) => Date.parse(text)
const texts = (instants: number[]) => instants.map((instant) => new Date(instant).toISOString())
const firesOf = (rule: FireRule, from: string, count: number) =>
  texts(nextFires(compileFires(rule), at(from) - 1, count))

/** Every quarter of an hour of a year with what the wall shows then: a brute force that shares nothing with the code under test. */
function wallsOf(timeZone: string, year: number): { instant: number; wall: string }[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const walls: { instant: number; wall: string }[] = []
  for (let instant = Date.UTC(year, 0, 1); instant < Date.UTC(year + 1, 0, 1); instant += QUARTER_MS)
    walls.push({ instant, wall: format.format(instant) })
  return walls
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']

describe.each(ZONES)('a year in %s', (timeZone) => {
  const walls = wallsOf(timeZone, 2026)
  const [first, last] = [walls[0]!.instant, walls.at(-1)!.instant]
  const fires = (rule: FireRule) => nextFires(compileFires({ ...rule, timeZone, end: last }), first - 1, 100_000)
  const instantsByWall = new Map<string, number[]>()
  for (const { instant, wall } of walls) instantsByWall.getOrInsertComputed(wall, () => []).push(instant)

  /** The instants of daily times, worked out wall by wall. */
  function expected(times: string[], gap: 'run' | 'skip', overlap: 'once' | 'twice'): number[] {
    const found = new Set<number>()
    const days = new Set(walls.map(({ wall }) => wall.slice(0, 10)))
    for (const day of days)
      for (const time of times) {
        const instants = instantsByWall.get(`${day} ${time}`) ?? []
        // The wall goes up as text, but for the hour it shows twice: the first later one is the end of the gap.
        if (instants.length === 0 && gap === 'run' && walls[0]!.wall <= `${day} ${time}`) {
          const later = walls.find(({ wall }) => wall > `${day} ${time}`)
          if (later) found.add(later.instant)
        }
        for (const instant of overlap === 'once' ? instants.slice(0, 1) : instants) found.add(instant)
      }
    return [...found].sort((a, b) => a - b)
  }

  test.each([
    ['run', 'once'],
    ['run', 'twice'],
    ['skip', 'once'],
    ['skip', 'twice'],
  ] as const)('fires at daily times: gap %s, overlap %s', (gap, overlap) => {
    // 01:45 and 02:15 lie in the gaps and overlaps of the three zones, 03:00 at their edge.
    const cron = '45 1 * * *'
    expect(fires({ cron, dst: { gap, overlap } })).toEqual(expected(['01:45'], gap, overlap))
    expect(fires({ cron: '15,45 2 * * *', dst: { gap, overlap } })).toEqual(expected(['02:15', '02:45'], gap, overlap))
    expect(fires({ cron: '30 1,3 * * *', dst: { gap, overlap } })).toEqual(expected(['01:30', '03:30'], gap, overlap))
  })

  test('fires once a day by default, whatever the clock does', () => {
    for (const cron of ['30 1 * * *', '15 2 * * *', '0 3 * * *']) expect(fires({ cron })).toHaveLength(365)
  })

  test('keeps its pace through the changes when it runs every hour', () => {
    const everyHalf = walls.filter(({ wall }) => /[30]0$/.test(wall)).map(({ instant }) => instant)
    expect(fires({ cron: '*/30 * * * *' }).join()).toBe(everyHalf.join())
  })

  test('is silent during the second showing when it is told so', () => {
    const once = new Map<string, number>()
    for (const { instant, wall } of walls) if (/[30]0$/.test(wall) && !once.has(wall)) once.set(wall, instant)
    const rule = { cron: '*/30 * * * *', dst: { gap: 'skip', overlap: 'once' } } as const
    expect(fires(rule).join()).toBe([...once.values()].join())
  })

  test('goes on from any instant as from the fire before it', () => {
    const next = compileFires({ cron: '15,45 1,2 * * *', timeZone, dst: { gap: 'run', overlap: 'twice' } })
    const all = nextFires(next, first, 3_000)
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (instant) => {
        expect(next(instant)).toBe(all.find((fire) => fire > instant))
      }),
      { numRuns: 200 },
    )
  })
})

describe('cron', () => {
  test.each([
    ['0 9 * * 1-5', '2026-05-08T10:00:00Z', '2026-05-11T09:00:00.000Z'],
    ['*/10 * * * * *', '2026-01-01T00:00:01Z', '2026-01-01T00:00:10.000Z'],
    ['0 0 L * *', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 ? * MON#1', '2026-01-01T00:00:00Z', '2026-01-05T00:00:00.000Z'],
    // Day of month or day of week, as cron has always had it.
    ['0 0 13 * 5', '2026-02-01T00:00:00Z', '2026-02-06T00:00:00.000Z'],
  ])('%s after %s is %s', (cron, from, next) => {
    expect(firesOf({ cron }, from, 1)).toEqual([next])
  })

  test('never comes on 30 February', () => {
    expect(compileFires({ cron: '0 0 30 2 *', timeZone: 'Europe/Berlin' })(0)).toBeNull()
  })

  test('finds a yearly time twice when the clock shows it twice', () => {
    const rule = { cron: '30 2 25 10 *', timeZone: 'Europe/Berlin', dst: { overlap: 'twice' } } as const
    expect(firesOf(rule, '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2027-10-25T00:30:00.000Z',
    ])
  })

  test.each(['', '* * * *', '* * * * * * *', '60 * * * *', '@daily', 'every day'])(
    'refuses %j with a sentence',
    (cron) => {
      expect(() => compileFires({ cron })).toThrow(/^(A cron expression has|This is not a cron expression: ).+\.$/)
    },
  )
})

describe('an interval', () => {
  test('counts from 1970, so that it meets the clock', () => {
    expect(firesOf({ everyMs: 15 * MINUTE_MS }, '2026-01-01T10:07:00Z', 2)).toEqual([
      '2026-01-01T10:15:00.000Z',
      '2026-01-01T10:30:00.000Z',
    ])
  })

  test('counts from its start, which is its first fire, and ends with its end', () => {
    const rule = { everyMs: 7 * MINUTE_MS, start: at('2026-01-01T10:01:00Z'), end: at('2026-01-01T10:15:00Z') }
    expect(firesOf(rule, '2025-01-01T00:00:00Z', 9)).toEqual([
      '2026-01-01T10:01:00.000Z',
      '2026-01-01T10:08:00.000Z',
      '2026-01-01T10:15:00.000Z',
    ])
  })

  test('does not care for summer time', () => {
    const rule = { everyMs: 12 * 60 * MINUTE_MS, timeZone: 'Europe/Berlin' }
    expect(firesOf(rule, '2026-03-28T13:00:00Z', 2)).toEqual(['2026-03-29T00:00:00.000Z', '2026-03-29T12:00:00.000Z'])
  })
})

test('a start and an end bound a cron expression, both included', () => {
  const rule = { cron: '0 * * * *', start: at('2026-01-01T10:00:00Z'), end: at('2026-01-01T11:00:00Z') }
  expect(firesOf(rule, '2025-01-01T00:00:00Z', 9)).toEqual(['2026-01-01T10:00:00.000Z', '2026-01-01T11:00:00.000Z'])
})

test('the last fire up to an instant is found without walking there', () => {
  const rules: FireRule[] = [
    { everyMs: 1_000 },
    { cron: '* * * * * *' },
    { cron: '30 2 * * 1', timeZone: 'Europe/Berlin' },
  ]
  for (const rule of rules) {
    let calls = 0
    const compiled = compileFires(rule)
    const next = (after: number) => {
      calls += 1
      return compiled(after)
    }
    const first = next(at('2026-01-01T00:00:00Z'))!
    const until = at('2026-12-01T12:34:56.789Z')
    const last = lastFireUpTo(next, first, until)
    expect(last).toBeLessThanOrEqual(until)
    expect(compiled(last)).toBeGreaterThan(until)
    expect(calls).toBeLessThan(200)
  }
  expect(lastFireUpTo(compileFires({ everyMs: DAY_MS }), 0, DAY_MS - 1)).toBe(0)
})
