import type { definitionSchema } from '@ensue/engine'
import { z } from 'zod'

export const workflowKey = z.string().min(1).max(64)

/** A key that a builder chooses; part of URLs. */
export const newWorkflowKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{1,62}$/i, 'A key has 2 to 63 letters, digits, _ or -, and starts with a letter or digit.')

export const titleSchema = z.string().trim().min(1, 'A title is required.').max(200)
export const descriptionSchema = z.string().max(10_000).nullable()

export const problemSchema = z.object({
  path: z.string(),
  code: z.string(),
  message: z.string(),
  node: z.string().optional(),
})

export const definitionOutput = z.custom<z.infer<typeof definitionSchema>>()

export const workflowSchema = z.object({
  id: z.string(),
  key: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  enabled: z.boolean(),
  liveVersion: z.number().nullable(),
  trigger: z.object({ type: z.string() }),
  sync: z.boolean(),
  /** The draft differs from the live version. */
  hasDraftChanges: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

export const workflowListItem = workflowSchema.extend({
  lastRun: z.object({ id: z.string(), status: z.string(), queuedAt: z.string() }).nullable(),
})

export const workflowDetails = workflowSchema.extend({
  draft: definitionOutput,
  problems: z.array(problemSchema),
  /** Where a webhook of this workflow is called; null for other triggers. */
  webhookPath: z.string().nullable(),
})
