import { z } from 'zod'
import type { JsonObject } from '../core/json.ts'

/** JSON Schema of a zod schema with the members of its meta. `input`: what a form may leave out is optional. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // zod leaves the default of a preprocessed member out, as it can't know that a form may send it back. It may.
    override({ zodSchema: { _zod }, jsonSchema }) {
      if (io === 'input' && _zod.def.type === 'default') jsonSchema.default = _zod.def.defaultValue
    },
  })
  // A round trip drops what zod attaches beside the schema and proves that the rest is data.
  return JSON.parse(JSON.stringify(json)) as JsonObject
}

const schemas = new WeakMap<z.ZodType, JsonObject>()

/** JSON Schema of the config of a node or trigger type, derived once. */
export function configSchemaOf({ config }: { config: z.ZodType }): JsonObject {
  const known = schemas.get(config)
  if (known) return known
  const derived = toJsonSchema(config, 'input')
  schemas.set(config, derived)
  return derived
}
