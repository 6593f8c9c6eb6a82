import { z } from 'zod'

export const eventName = z
  .string()
  .regex(
    /^[\p{L}_][\p{L}\p{N}_.:-]{0,127}$/u,
    'An event name has letters, digits and _ . : - (128 at most) and starts with a letter.',
  )

export const eventSchema = z.object({
  id: z.string(),
  name: z.string(),
  params: z.record(z.string(), z.json()),
  /** Who emitted it: the API (user, role), an execution, or the system. */
  source: z.json(),
  depth: z.number(),
  idempotencyKey: z.string().nullable(),
  orderingKey: z.string().nullable(),
  emittedAt: z.string(),
  /** When its listeners are to start; null once they have been started. */
  dueAt: z.string().nullable(),
})

/** An event as lists show it. */
export const emittedEventSchema = eventSchema.extend({
  /** The title of the workflow whose execution has emitted it. */
  emitter: z.string().nullable(),
})

/** What an event has come to for the workflows that listen to it. */
export const emittedSchema = z.object({
  id: z.string(),
  triggered: z.array(
    z.object({ workflow: z.string(), executionId: z.string(), status: z.string(), message: z.string().optional() }),
  ),
})

export const eventId = z.object({ id: z.uuid('This is not the id of an event.') })
