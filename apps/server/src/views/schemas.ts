import { z } from 'zod'

const bindingSchema = z.strictObject({
  workflow: z.string().min(1).max(200),
  /** Hands over the related record(s) instead of the record. */
  association: z.string().min(1).max(500).optional(),
})

const buttonSchema = z.strictObject({
  title: z.string().max(200).optional(),
  bindings: z.array(bindingSchema).max(50).default([]),
})

/** How a collection is shown: its columns, and the workflows that its form buttons trigger. */
export const viewConfigSchema = z.strictObject({
  columns: z.array(z.string().max(500)).max(200).optional(),
  buttons: z.strictObject({ create: buttonSchema.optional(), update: buttonSchema.optional() }).default({}),
})
export type ViewConfig = z.infer<typeof viewConfigSchema>

export const viewSchema = z.object({
  collection: z.string(),
  config: viewConfigSchema,
  updatedAt: z.string().nullable(),
})
export type View = z.infer<typeof viewSchema>
