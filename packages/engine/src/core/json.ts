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

type Unstorable = 'depth' | 'text' | 'type'

/** Where a value can't be stored as jsonb: the first offending path and why, or undefined when it can. */
export function findUnstorable(value: unknown): { path: string; reason: Unstorable } | undefined {
  const steps: string[] = []
  const reason = faultOf(value, 0, steps)
  return reason && { path: steps.reverse().join('.'), reason }
}

/** The path is put together on the way back from a fault: hardly any value has one.
 *  @param steps takes it, the last one first */
function faultOf(value: unknown, depth: number, steps: string[]): Unstorable | undefined {
  if (depth > MAX_JSON_DEPTH) return 'depth'
  if (typeof value === 'string') return isStorableText(value) ? undefined : 'text'
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'type'
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value !== 'object') return 'type'
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = faultOf(value[index], depth + 1, steps)
      if (!fault) continue
      steps.push(String(index))
      return fault
    }
    return undefined
  }
  for (const key of Object.keys(value)) {
    const fault = isStorableText(key) ? faultOf((value as Record<string, unknown>)[key], depth + 1, steps) : 'text'
    if (!fault) continue
    steps.push(key)
    return fault
  }
  return undefined
}

/** Whether a value holds more than `most` values, itself and those in them counted. */
export function hasMoreValuesThan(value: Json, most: number): boolean {
  let left = most
  // Without recursion: it is asked before the depth is known.
  const waiting: Json[] = [value]
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    left -= 1
    if (left < 0) return true
    if (typeof item !== 'object' || item === null) continue
    const items = Array.isArray(item) ? item : Object.values(item)
    if (items.length > left) return true
    for (const inner of items) waiting.push(inner)
  }
  return false
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

/** Bytes of a value as JSON in UTF-8, escapes apart. Cheap for small values; of text that is not small it costs a copy. */
export function sizeOf(value: Json): number {
  if (typeof value === 'string') return byteLength(value) + 2
  if (typeof value !== 'object' || value === null) return 8
  let bytes = 2
  if (Array.isArray(value)) for (const item of value) bytes += sizeOf(item) + 1
  else for (const key of Object.keys(value)) bytes += byteLength(key) + sizeOf(value[key]!) + 4
  return bytes
}

const SHORT_CHARS = 256
const encoder = new TextEncoder()

/** Of short text the most that it can be. */
function byteLength(text: string): number {
  return text.length <= SHORT_CHARS ? text.length : encoder.encode(text).length
}
