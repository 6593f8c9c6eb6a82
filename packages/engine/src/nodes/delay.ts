import { z } from 'zod'
import { memberCheck } from './config-fields.ts'
import { defineNode } from './define-node.ts'

const HUNDRED_YEARS_MS = 3_155_760_000_000

export const delayNode = defineNode({
  type: 'delay',
  title: 'Delay',
  summary: 'Waits for a duration or until a time; holds no memory while waiting.',
  category: 'waiting',
  icon: 'clock-pause',
  config: z
    .strictObject({
      durationMs: z.int().min(0).max(HUNDRED_YEARS_MS).optional().meta({ title: 'Duration', widget: 'duration' }),
      until: z
        .union([z.iso.datetime({ offset: true }), z.iso.date()], {
          error: 'A time is written as ISO 8601 with a zone.',
        })
        .optional()
        .meta({ title: 'Until', widget: 'expression', placeholder: '2030-01-31T09:00:00Z' }),
    })
    .refine(
      ...memberCheck((has) => has('durationMs') !== has('until'), 'Give either a duration or a time, not both.', [
        'durationMs',
      ]),
    ),
  traits: { effect: 'pure', waits: true },
  strict: ['durationMs', 'until'],
  run: ({ durationMs, until }) => ({
    kind: 'wait',
    for:
      until === undefined
        ? { kind: 'timer', durationMs: durationMs ?? 0 }
        : { kind: 'timer', untilAt: new Date(until).toISOString() },
  }),
  resume: () => ({ kind: 'done' }),
})
