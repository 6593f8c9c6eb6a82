import { z } from 'zod'

const title = z.string().trim().max(200).nullable()
const description = z.string().max(10_000).nullable()
const schema = z.record(z.string(), z.json()).nullable()

/** What a builder says of an event; a member left out is cleared. */
export const declarationShape = {
  title: title.default(null),
  description: description.default(null),
  /** JSON Schema (2020-12) of the parameters. */
  schema: schema.default(null),
}

export const eventTypeSchema = z.object({
  name: z.string(),
  title,
  description,
  schema,
  /** Emitted by the system: can't be declared or emitted by others. */
  builtIn: z.boolean(),
  /** False: only known from the live workflows that name it. */
  declared: z.boolean(),
  /** Nodes of live workflows that emit it by this name. */
  emitters: z.array(z.object({ workflow: z.string(), title: z.string(), node: z.string() })),
  /** Live workflows that listen to it; while disabled they don't run. */
  listeners: z.array(z.object({ workflow: z.string(), title: z.string(), enabled: z.boolean() })),
})
export type EventType = z.infer<typeof eventTypeSchema>
