import { z } from 'zod'
import { collectionField, memberCheck } from '../nodes/config-fields.ts'
import { parseCron } from '../schedule/cron.ts'
import { instantOfText } from '../schedule/instant-of-text.ts'
import { isTimeZone } from '../schedule/time-zone.ts'
import { defineTrigger } from './define-trigger.ts'

const MIN_INTERVAL_MS = 1_000
const HUNDRED_YEARS_MS = 3_155_760_000_000

/** `parseCron` and a search that tells 30 February from what is only far away. */
function cronProblem(text: string): string | undefined {
  try {
    return parseCron(text).next(0) === null ? 'This time never comes.' : undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'This is not a cron expression.'
  }
}

const cron = z
  .string()
  .max(200)
  .superRefine((text, context) => {
    const message = cronProblem(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

const everyMs = z
  .int()
  .min(MIN_INTERVAL_MS, 'The shortest interval is one second, 1000 ms.')
  .max(HUNDRED_YEARS_MS, 'The longest interval is a hundred years.')

const instant = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()], {
  error: 'A time is written as 2030-01-31T09:00:00Z; without a zone it is one of the time zone below.',
})

const exactlyOne = (members: string[], message: string) =>
  memberCheck((has) => members.filter(has).length === 1, message, [members[0]!])

const repeat = z
  .strictObject({
    cron: cron.optional().meta({ title: 'Cron expression', placeholder: '0 9 * * *' }),
    everyMs: everyMs.optional().meta({ title: 'Interval', widget: 'duration' }),
  })
  .refine(...exactlyOne(['cron', 'everyMs'], 'Give either a cron expression or an interval.'))

const dateField = z.strictObject({
  collection: collectionField(),
  field: z
    .string()
    .min(1)
    .meta({ title: 'Date field', widget: 'field', fieldTypes: ['date', 'datetime'] }),
  offsetMs: z
    .int()
    .min(-HUNDRED_YEARS_MS)
    .max(HUNDRED_YEARS_MS)
    .optional()
    .meta({ title: 'Offset', widget: 'duration', signed: true, description: 'So much after the date, or before it.' }),
  repeat: repeat.optional().meta({
    title: 'Repeat',
    description: 'Fires again for the same record, from its date until the end.',
  }),
})

const scheduleConfig = z
  .strictObject({
    cron: cron.optional().meta({
      title: 'Cron expression',
      placeholder: '0 9 * * 1-5',
      description: 'Minute, hour, day of month, month, day of week; with seconds in front if there are six.',
    }),
    everyMs: everyMs.optional().meta({
      title: 'Interval',
      widget: 'duration',
      description: 'Counted from the start, or from midnight UTC of 1 January 1970.',
    }),
    dateField: dateField.optional().meta({
      title: 'Date of a record',
      description: 'Fires once for each record when its date has come.',
    }),
    timeZone: z
      .string()
      .max(100)
      .refine(isTimeZone, { error: 'This is not a time zone; write an IANA name such as Europe/Berlin.' })
      .optional()
      .meta({ title: 'Time zone', widget: 'timeZone', placeholder: 'UTC' }),
    start: instant.optional().meta({ title: 'Start', widget: 'text', placeholder: '2030-01-31T09:00' }),
    end: instant.optional().meta({ title: 'End', widget: 'text', placeholder: '2030-12-31T18:00' }),
    maxRuns: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .meta({ title: 'Most runs', description: 'Ends after so many.' }),
    missed: z.enum(['skip', 'last', 'all']).optional().meta({
      title: 'Missed runs',
      widget: 'select',
      description:
        'What came due while no server ran, or the date of a record that was past when it was stored. By default the last of the former, none of the latter.',
    }),
    overlap: z.enum(['allow', 'skip', 'queue']).default('allow').meta({
      title: 'While a run is not over',
      widget: 'select',
      description: 'The next one starts beside it, is skipped, or waits. Of a date field: runs of the same record.',
    }),
    dst: z
      .strictObject({
        gap: z.enum(['run', 'skip']).optional().meta({
          title: 'A time that is left out',
          widget: 'select',
          description: 'Runs right after the gap, or not that day. By default it runs, unless the pattern is hourly.',
        }),
        overlap: z.enum(['once', 'twice']).optional().meta({
          title: 'A time that comes twice',
          widget: 'select',
          description: 'By default once, unless the pattern is hourly.',
        }),
      })
      .optional()
      .meta({ title: 'Summer time' }),
  })
  .refine(
    ...exactlyOne(['cron', 'everyMs', 'dateField'], 'Give one of a cron expression, an interval and a date field.'),
  )
  .refine((config) => !JSON.stringify(config).includes('{{'), {
    error: 'A schedule has no expressions: it is set up before anything runs.',
    when: () => true,
  })
  .refine(
    ({ start, end, timeZone = 'UTC' }) =>
      start === undefined || end === undefined || instantOfText(start, timeZone) < instantOfText(end, timeZone),
    { error: 'The end is after the start.', path: ['end'] },
  )

export type ScheduleConfig = z.output<typeof scheduleConfig>

export const scheduleTrigger = defineTrigger({
  type: 'schedule',
  title: 'Schedule',
  summary: 'Starts at set times, at an interval, or when the date of a record has come.',
  icon: 'calendar-time',
  config: scheduleConfig,
  sync: 'never',
  subjects: (_config, workflowKey) => [workflowKey],
  variables: {
    scheduledAt: 'The time at which it was to start.',
    firedAt: 'The time at which it did start.',
    number: 'The number of the run, from 1.',
    data: 'The record whose date has come.',
  },
  variableTypes({ dateField }) {
    const time = { kind: 'schema', schema: { type: 'string', format: 'date-time' } } as const
    return {
      scheduledAt: time,
      firedAt: time,
      number: { kind: 'schema', schema: { type: 'integer' } },
      ...(dateField ? { data: { kind: 'record', collection: dateField.collection, appends: [] } as const } : {}),
    }
  },
})
