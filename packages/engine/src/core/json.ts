export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export const MAX_JSON_DEPTH = 64

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key)
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// PostgreSQL's jsonb and text refuse U+0000 and lone surrogates; both are legal in a JavaScript string.
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}

export function toStorableText(text: string): string {
  return isStorableText(text) ? text : text.replaceAll('\u0000', '\uFFFD').toWellFormed()
}

/** Where a value can't be stored as jsonb: the first offending path and why, or undefined when it can. */
export function findUnstorable(
  value: unknown,
  path = '',
  depth = 0,
): { path: string; reason: 'depth' | 'text' | 'type' } | undefined {
  if (depth > MAX_JSON_DEPTH) return { path, reason: 'depth' }
  if (typeof value === 'string') return isStorableText(value) ? undefined : { path, reason: 'text' }
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, reason: 'type' }
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value !== 'object') return { path, reason: 'type' }
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    if (!isStorableText(key)) return { path: at, reason: 'text' }
    const found = findUnstorable(item, at, depth + 1)
    if (found) return found
  }
  return undefined
}

/** Makes any value storable JSON: `undefined` → null, dates → ISO, U+0000 and lone surrogates → U+FFFD, prototype keys dropped.
 *  @throws RangeError deeper than 64 levels or circular */
export function toJson(value: unknown, depth = 0): Json {
  if (depth > MAX_JSON_DEPTH) throw new RangeError(`JSON is deeper than ${MAX_JSON_DEPTH} levels`)
  if (value === null || value === undefined) return null
  switch (typeof value) {
    case 'string':
      return toStorableText(value)
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'boolean':
      return value
    case 'bigint':
      return value.toString()
    case 'object':
      break
    default:
      return null
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1))
  const out: JsonObject = {}
  for (const [key, item] of Object.entries(value as object)) {
    if (item === undefined || isForbiddenKey(key)) continue
    out[toStorableText(key)] = toJson(item, depth + 1)
  }
  return out
}
