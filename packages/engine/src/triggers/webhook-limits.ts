import { z } from 'zod'
import { toList } from '../nodes/config-fields.ts'
import { headerName } from './header-name.ts'

export const WEBHOOK_MAX_BODY_BYTES = 33_554_432
const DEFAULT_BODY_BYTES = 1_048_576
const DAY_MS = 86_400_000

/** Parts of the form that are folded away until they are needed. */
export const WEBHOOK_GROUPS = { limits: 'Access and limits', content: 'What is taken in' } as const

// Strict on purpose: 010.0.0.1 is 8.0.0.1 to some and 10.0.0.1 to others, and a zone id means nothing here.
const addressOrRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'This is neither an IP address nor a range such as 10.0.0.0/8 or 2001:db8::/32.',
})

export const ipAllowlist = z.preprocess(toList, z.array(addressOrRange).max(500)).optional().meta({
  title: 'Allowed addresses',
  group: WEBHOOK_GROUPS.limits,
  widget: 'tags',
  placeholder: '203.0.113.0/24',
  description: 'IP addresses and ranges that may call; all when empty.',
})

export const maxBytes = z.int().min(1).max(WEBHOOK_MAX_BODY_BYTES).default(DEFAULT_BODY_BYTES).meta({
  title: 'Largest body (bytes)',
  group: WEBHOOK_GROUPS.limits,
  description: 'Up to 32 MiB; counts what a compressed body unpacks to.',
})

export const rateLimit = z
  .strictObject({
    max: z.int().min(1).max(1_000_000).meta({ title: 'Calls' }),
    perMs: z.int().min(1_000).max(DAY_MS).default(60_000).meta({ title: 'In', widget: 'duration' }),
  })
  .optional()
  .meta({
    title: 'Rate limit',
    group: WEBHOOK_GROUPS.limits,
    description: 'What is over it is answered 429 with Retry-After.',
  })

const dedupeBy = z
  .strictObject({
    header: headerName.optional().meta({ title: 'Header with the id of the delivery', placeholder: 'X-Request-Id' }),
    expression: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ title: 'Or an expression', widget: 'expression', placeholder: '$body.id' }),
    windowMs: z
      .int()
      .min(1_000)
      .max(30 * DAY_MS)
      .default(DAY_MS)
      .meta({ title: 'Remembered for', widget: 'duration' }),
    off: z.boolean().optional().meta({
      title: 'Off',
      description: 'Also where the preset of the signature knows the id of a delivery.',
    }),
  })
  .refine(
    ({ header, expression, off }) =>
      [header, expression].filter((by) => by !== undefined).length === (off === true ? 0 : 1),
    { error: 'Name a header or write an expression, one of them.', path: ['header'] },
  )
  .transform(({ header, expression, windowMs, off }): WebhookDedupe => {
    if (off) return false
    return header === undefined ? { expression: expression!, windowMs } : { header, windowMs }
  })

/** By what a delivery is known when it comes again; `false`: not even by what the preset of the signature knows. */
export type WebhookDedupe = false | { header: string; windowMs: number } | { expression: string; windowMs: number }

export const dedupe = z
  .preprocess((value) => (value === false ? { off: true } : value), dedupeBy)
  .optional()
  .meta({
    title: 'Duplicates',
    group: WEBHOOK_GROUPS.content,
    description: 'A delivery that comes again is answered as the first one and not run.',
  })

export const deadlineMs = z
  .int()
  .min(100)
  .max(300_000)
  .default(30_000)
  .meta({
    title: 'Longest wait',
    group: WEBHOOK_GROUPS.limits,
    widget: 'duration',
    visibleWhen: { sync: true },
    description: 'After it the caller gets a 202, and the run goes on.',
  })
