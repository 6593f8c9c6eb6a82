import { createHash } from 'node:crypto'
import { isJsonObject, type Json } from '@ensue/engine/core'

/** SHA-256 of a definition; the order of members makes no difference. */
export function hashDefinition(definition: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(definition as Json)))
    .digest('hex')
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key]!)]),
  )
}
