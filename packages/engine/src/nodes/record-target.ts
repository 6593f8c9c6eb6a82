import { z } from 'zod'
import type { Json, JsonObject } from '../core/json.ts'
import { filterField, idField, jsonValue, memberCheck } from './config-fields.ts'

// Which records an update or delete touches: one id or a filter. Neither, or an empty filter, would mean all of them.

export const targetMembers = {
  id: idField(),
  filter: filterField(
    'Filter',
    z
      .record(z.string(), jsonValue)
      .refine((filter) => Object.keys(filter).length > 0, 'An empty filter would touch every record.'),
  ),
}

export const oneTarget = memberCheck(
  (has) => has('id') !== has('filter'),
  'Give either the id of a record or a filter, not both.',
  ['id'],
)

export type Target = { id: Json } | { filter: Json }

export function targetOf(config: { id?: string | number | undefined; filter?: JsonObject | undefined }): Target {
  if (config.id !== undefined) return { id: config.id }
  if (config.filter !== undefined) return { filter: config.filter }
  throw new TypeError('A target without id and filter passed validation.')
}

/** Records of a bulk write that the output keeps; a bulk write of thousands would exceed the limit of a node's output. */
const MAX_KEPT = 100

export const bulkOutput = z.object({
  count: z.int(),
  records: z.array(z.record(z.string(), z.unknown())).meta({ description: `The first ${MAX_KEPT}.` }),
})

export function toBulkOutput(records: JsonObject[]): JsonObject {
  return { count: records.length, records: records.slice(0, MAX_KEPT) }
}
