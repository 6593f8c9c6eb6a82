import { isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'

const MAX_DEPTH = 8

/** A value that a JSON Schema would take, as far as it says itself what that could be. */
export function sampleOfSchema(schema: JsonObject, depth = 0): Json {
  if (schema.default !== undefined) return schema.default
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0]!
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0]!
  if (depth >= MAX_DEPTH) return null
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object' || isJsonObject(schema.properties)) {
    const properties = isJsonObject(schema.properties) ? schema.properties : {}
    return Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        isJsonObject(member) ? sampleOfSchema(member, depth + 1) : null,
      ]),
    )
  }
  if (type === 'array' || schema.items !== undefined || schema.prefixItems !== undefined) {
    const items = Array.isArray(schema.prefixItems) ? schema.prefixItems : [schema.items]
    return items.flatMap((item) => (isJsonObject(item) ? [sampleOfSchema(item, depth + 1)] : []))
  }
  if (type === 'string') return schema.format === 'date-time' ? new Date(0).toISOString() : ''
  if (type === 'number' || type === 'integer') return typeof schema.minimum === 'number' ? schema.minimum : 0
  return type === 'boolean' ? false : null
}
