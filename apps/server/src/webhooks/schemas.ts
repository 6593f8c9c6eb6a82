import { z } from 'zod'

export const outcomeSchema = z.enum(['accepted', 'duplicate', 'handshake', 'rejected'])

/** A delivery as lists show it. */
export const deliveryListItem = z.object({
  id: z.string(),
  workflow: z.string(),
  at: z.string(),
  method: z.string(),
  path: z.string(),
  ip: z.string().nullable(),
  bodyBytes: z.int(),
  outcome: outcomeSchema,
  /** Why it was refused, e.g. `signature_mismatch`. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  /** What was answered; null while a sync run goes on. */
  status: z.int().nullable(),
  durationMs: z.int().nullable(),
  executionId: z.string().nullable(),
  executionStatus: z.string().nullable(),
})

export const deliverySchema = deliveryListItem.extend({
  headers: z.record(z.string(), z.string()),
  /** The raw body: text when it is UTF-8. */
  body: z.string(),
  bodyEncoding: z.enum(['utf8', 'base64']),
  /** Of a refused request only the beginning is kept. */
  bodyComplete: z.boolean(),
})
