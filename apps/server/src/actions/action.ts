import type { Json, JsonObject } from '@ensue/engine/core'
import { z } from 'zod'

export const READ_ACTIONS = ['list', 'get', 'count', 'aggregate'] as const
export const WRITE_ACTIONS = [
  'create',
  'update',
  'destroy',
  'upsert',
  'firstOrCreate',
  'add',
  'set',
  'remove',
  'trigger',
] as const
export const ACTIONS = [...READ_ACTIONS, ...WRITE_ACTIONS] as const
export type ActionName = (typeof ACTIONS)[number]

export function isReadAction(action: ActionName): boolean {
  return (READ_ACTIONS as readonly string[]).includes(action)
}

export const recordId = z.union([z.string().min(1).max(200), z.int()])
export type RecordId = z.infer<typeof recordId>

// Checked field by field against the collection, with better sentences than a schema has.
export const valuesSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  {
    message: 'Expected an object of field values.',
  },
)
export const filterSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  {
    message: 'Expected a filter object.',
  },
)
export const recordSchema = z.custom<JsonObject>()
const names = z.array(z.string().max(500)).max(200)

/** Which part of a record is wanted. */
export const partInput = z.object({ fields: names.optional(), except: names.optional(), appends: names.optional() })

export const listInput = partInput.extend({
  filter: filterSchema.optional(),
  /** Field names; `-` in front for descending. */
  sort: names.optional(),
  page: z.int().min(1).max(1_000_000_000).optional(),
  pageSize: z.int().min(1).max(1_000).optional(),
  /** `meta.next` of the page before, in place of `page`: such pages don't shift when records come and go. */
  after: z.string().max(4_096).optional(),
})

/** Of `<key>` or `<key>!<association>`, comma separated, or as a list. */
export const triggerWorkflowsSchema = z.union([
  z.string().max(4_096),
  z
    .array(z.object({ workflow: z.string().min(1).max(200), association: z.string().min(1).max(500).optional() }))
    .max(100),
])

export const idempotencyKeySchema = z.string().min(1).max(255)

/** What every writing call may carry. */
export const triggerInput = z.object({
  triggerWorkflows: triggerWorkflowsSchema.optional(),
  /** `ignore` skips what can't be triggered instead of refusing the call. */
  onInvalidTrigger: z.enum(['refuse', 'ignore']).optional(),
  /** A failed sync workflow makes the reply an error; the record stays written. */
  failOnWorkflow: z.boolean().optional(),
  /** A second call with the same key writes nothing: it gets what the first has written, and its runs. */
  idempotencyKey: idempotencyKeySchema.optional(),
})

export const triggeredSchema = z.object({
  workflow: z.string(),
  /** Null when the workflow was skipped: its condition did not hold, or there was nothing to hand over. */
  executionId: z.string().nullable(),
  status: z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'skipped']),
  output: z.json().optional(),
  /** Texts of message nodes, or the message of an End node; for a skipped one the reason. */
  message: z.string().optional(),
  error: z
    .object({ code: z.string(), message: z.string(), node: z.string().optional(), path: z.string().optional() })
    .optional(),
})
export type Triggered = z.infer<typeof triggeredSchema>

export const listMeta = z.object({
  total: z.int().optional(),
  page: z.int().optional(),
  pageSize: z.int().optional(),
  /** To be passed as `after` for the next page; absent on the last one. */
  next: z.string().optional(),
})

/** One call of an action, however it came in. */
export interface ActionCall extends Partial<z.infer<typeof listInput>>, Partial<z.infer<typeof triggerInput>> {
  /** Null for the custom action on no collection. */
  collection: string | null
  action: ActionName
  id?: RecordId
  ids?: RecordId[]
  /** The action is on these related records of the record `id`. */
  association?: string
  /** Of one record, or a list of them; ids (or new records) for `add`, `set`, `remove`; for `aggregate` what to compute, by name. */
  values?: JsonObject | Json[]
  /** For `upsert` and `firstOrCreate`: the fields whose values say which record it is. */
  keys?: string[]
  groupBy?: string[]
}

export interface ActionReply {
  data: JsonObject | JsonObject[] | number | null
  meta?: z.infer<typeof listMeta>
  triggered?: Triggered[]
}
