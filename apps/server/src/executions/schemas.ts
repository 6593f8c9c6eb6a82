import { type Definition, EXECUTION_STATUSES } from '@ensue/engine'
import { z } from 'zod'

export const statusSchema = z.enum(EXECUTION_STATUSES)

const errorSchema = z
  .object({ code: z.string(), message: z.string(), node: z.string().optional(), path: z.string().optional() })
  .nullable()

export const executionListItem = z.object({
  id: z.string(),
  workflow: z.string().nullable(),
  workflowTitle: z.string().nullable(),
  version: z.number().nullable(),
  status: statusSchema,
  reason: z.string().nullable(),
  trigger: z.string(),
  sync: z.boolean(),
  debug: z.boolean(),
  label: z.string().nullable(),
  error: errorSchema,
  /** The execution that started this one, or of which it is a retry (then both have the same depth). */
  parentId: z.string().nullable(),
  /** How long the chain of causes is that led to it. */
  depth: z.number(),
  queuedAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
})

export const nodeRunSchema = z.object({
  id: z.string(),
  node: z.string(),
  type: z.string(),
  path: z.string(),
  status: z.string(),
  attempt: z.number(),
  input: z.json().optional(),
  output: z.json().optional(),
  branch: z.string().optional(),
  error: errorSchema.optional(),
  log: z.array(z.string()).optional(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
})

export const executionSchema = executionListItem.extend({
  context: z.json(),
  output: z.json(),
  response: z.json().nullable(),
  messages: z.array(z.string()),
  nodeRuns: z.array(nodeRunSchema),
  /** False: it is over, and by its workflow's `logLevel` its node runs are not kept. */
  nodeRunsKept: z.boolean(),
  /** What a debug run has run; other runs have a version. */
  definition: z.custom<Definition>().nullable(),
})
