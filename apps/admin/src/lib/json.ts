import type { Json, JsonObject, Schema } from '../api/types.ts'

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON Schema that a config holds. */
export function schemaOf(value: unknown): Schema | undefined {
  return isObject(value) ? (value as unknown as Schema) : undefined
}

export function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function strings(value: Json | undefined): string[] {
  if (typeof value === 'string') return value === '' ? [] : value.split(',').map((item) => item.trim())
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** A copy with the member set; `undefined` removes it. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _old, ...rest } = object
  if (value === undefined) return rest
  return name in object
    ? Object.fromEntries(Object.entries(object).map(([key, old]) => [key, key === name ? value : old]))
    : { ...rest, [name]: value }
}

export function humanize(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ')
  const lower = words.toLowerCase().replace(/\b(id|ip|url)\b/g, (word) => word.toUpperCase())
  return lower.charAt(0).toUpperCase() + lower.slice(1)
}
