import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../core/json.ts'
import { nextFires } from '../next-fires.ts'
import { validateConfig } from '../nodes/validate-config.ts'
import { compileSchedule } from '../schedule/compile-schedule.ts'
import { validateDefinition } from '../validate.ts'
import { scheduleTrigger } from './schedule.ts'

const config = (input: object) => scheduleTrigger.config.parse(input)
const fires = (input: object, from: string, count: number, date?: string) =>
  nextFires(compileSchedule(config(input), date), Date.parse(from), count).map((at) => new Date(at).toISOString())

test('takes a cron expression, an interval or a date field', () => {
  expect(config({ cron: '0 9 * * 1-5', timeZone: 'Europe/Berlin' })).toEqual({
    cron: '0 9 * * 1-5',
    timeZone: 'Europe/Berlin',
    overlap: 'allow',
  })
  const inputs: JsonObject[] = [
    { cron: '*/10 * * * * *' },
    { everyMs: 1_000, start: '2026-01-01', end: '2026-02-01T00:00:00+02:00' },
    { dateField: { collection: 'orders', field: 'dueAt', offsetMs: -86_400_000, repeat: { everyMs: 3_600_000 } } },
  ]
  for (const input of inputs) expect(validateConfig(scheduleTrigger, input)).toEqual([])
})

test.each([
  [{}, 'cron', /one of/],
  [{ cron: '0 9 * * *', everyMs: 1_000 }, 'cron', /one of/],
  [{ cron: '0 25 * * *' }, 'cron', /hour/],
  [{ cron: '0 9 * *' }, 'cron', /5 fields/],
  [{ cron: '0 0 30 2 *' }, 'cron', /never/],
  [{ cron: '{{$env.CRON}}' }, '', /no expressions/],
  [{ everyMs: '{{$env.MS}}' }, '', /no expressions/],
  [{ everyMs: 999 }, 'everyMs', /one second/],
  [{ everyMs: 1_000, timeZone: 'Europe/Atlantis' }, 'timeZone', /IANA/],
  [{ everyMs: 1_000, timeZone: '+02:00' }, 'timeZone', /IANA/],
  [{ everyMs: 1_000, start: 'tomorrow' }, 'start', /2030/],
  [{ everyMs: 1_000, start: '2026-01-02', end: '2026-01-01' }, 'end', /after/],
  [{ everyMs: 1_000, maxRuns: 0 }, 'maxRuns', /1/],
  [{ everyMs: 1_000, missed: 'some' }, 'missed', /skip/],
  [{ everyMs: 1_000, dst: { gap: 'jump' } }, 'dst.gap', /run/],
  [{ everyMs: 1_000, often: true }, 'often', /no setting/],
  [{ dateField: { field: 'dueAt' } }, 'dateField.collection', /required/],
  [{ dateField: { collection: 'a', field: 'b', repeat: {} } }, 'dateField.repeat.cron', /either/],
])('refuses the config %j', (input, path, message) => {
  const problems = validateConfig(scheduleTrigger, input)
  expect(problems.map((problem) => problem.path)).toContain(path)
  expect(problems.find((problem) => problem.path === path)?.message).toMatch(message)
})

test('knows the fields of the collection and their types', () => {
  const types: Record<string, string> = { title: 'string', dueAt: 'datetime' }
  const problems = (field: string) =>
    validateDefinition(
      { trigger: { type: 'schedule', config: { dateField: { collection: 'orders', field } } } },
      {
        collection: (name) =>
          name === 'orders'
            ? { fields: Object.keys(types), fieldType: (of) => types[of], association: () => undefined }
            : undefined,
      },
    ).problems.map(({ path, code }) => [path, code])
  expect(problems('dueAt')).toEqual([])
  expect(problems('title')).toEqual([['trigger.config.dateField.field', 'unknown_field']])
  expect(problems('nothing')).toEqual([['trigger.config.dateField.field', 'unknown_field']])
})

test('reads start and end without a zone as times of its own', () => {
  expect(
    fires({ cron: '0 * * * *', timeZone: 'Asia/Tokyo', start: '2026-01-02T09:00' }, '2026-01-01T00:00:00Z', 1),
  ).toEqual(['2026-01-02T00:00:00.000Z'])
})

describe('the date of a record', () => {
  const dateField = { collection: 'orders', field: 'dueAt' }

  test('fires once, with the offset', () => {
    const input = { dateField: { ...dateField, offsetMs: -3_600_000 } }
    expect(fires(input, '2026-01-01T00:00:00Z', 5, '2026-03-01T12:00:00.000Z')).toEqual(['2026-03-01T11:00:00.000Z'])
    expect(fires(input, '2026-03-01T11:00:00Z', 5, '2026-03-01T12:00:00.000Z')).toEqual([])
  })

  test('is midnight of the time zone when it has no time', () => {
    const input = { dateField, timeZone: 'America/New_York' }
    expect(fires(input, '2026-01-01T00:00:00Z', 5, '2026-07-04')).toEqual(['2026-07-04T04:00:00.000Z'])
  })

  test('repeats from there on until the end', () => {
    const every = { dateField: { ...dateField, repeat: { everyMs: 86_400_000 } }, end: '2026-03-03T12:00:00Z' }
    expect(fires(every, '2026-01-01T00:00:00Z', 9, '2026-03-01T12:00:00Z')).toEqual([
      '2026-03-01T12:00:00.000Z',
      '2026-03-02T12:00:00.000Z',
      '2026-03-03T12:00:00.000Z',
    ])
    const cron = { dateField: { ...dateField, repeat: { cron: '0 9 * * *' } }, timeZone: 'Europe/Berlin' }
    expect(fires(cron, '2026-03-27T00:00:00Z', 3, '2026-03-27T12:00:00Z')).toEqual([
      '2026-03-27T12:00:00.000Z',
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
    ])
  })
})
