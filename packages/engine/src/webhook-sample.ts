import { isForbiddenKey, type Json, type JsonObject } from './core/json.ts'
import type { Step } from './expressions/path.ts'
import { extendVariablePath } from './webhook-path.ts'

const MAX_VARIABLES = 500
const MAX_SAMPLE_CHARS = 200

/** One part of a request that can be declared as a variable. */
export interface SampleVariable {
  /** `a`, `b.c`, `items[0].sku`; of headers the name in lower case. */
  path: string
  type: 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null'
  /** What the sample has there, texts cut at 200 characters; null for objects and lists, whose parts have paths of their own. */
  sample: string | number | boolean | null
}

export interface WebhookSample {
  headers: SampleVariable[]
  query: SampleVariable[]
  body: SampleVariable[]
  /** There are more than 500 parts of a kind; those beyond are left out. */
  isCut: boolean
}

export interface SampleRequest {
  headers?: Readonly<Record<string, string>>
  /** Parsed by bracket notation. */
  query?: JsonObject
  body?: Json
}

/** Every part of a sample request with its path, containers before what is in them: `{"a":1,"b":{"c":2}}` gives `a`, `b`, `b.c`. */
export function parseSample({ headers = {}, query = {}, body = null }: SampleRequest): WebhookSample {
  const names = Object.entries(headers).filter(([name]) => !isForbiddenKey(name))
  const listed = {
    headers: names.map(([name, value]) => variableOf(name.toLowerCase(), value)),
    query: partsOf(query),
    body: partsOf(body),
  }
  return {
    headers: listed.headers.slice(0, MAX_VARIABLES),
    query: listed.query.slice(0, MAX_VARIABLES),
    body: listed.body.slice(0, MAX_VARIABLES),
    isCut: Object.values(listed).some(({ length }) => length > MAX_VARIABLES),
  }
}

/** In the order of the sample; one more than the limit when there are more. */
function partsOf(root: Json): SampleVariable[] {
  const parts: SampleVariable[] = []
  function visit(value: Json, path: string): void {
    if (typeof value !== 'object' || value === null) return
    const members: [Step, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
    for (const [step, member] of members) {
      if (parts.length > MAX_VARIABLES) return
      const at = extendVariablePath(path, step)
      if (at === undefined) continue
      parts.push(variableOf(at, member))
      visit(member, at)
    }
  }
  visit(root, '')
  return parts
}

function variableOf(path: string, value: Json): SampleVariable {
  if (value === null) return { path, type: 'null', sample: null }
  if (Array.isArray(value)) return { path, type: 'array', sample: null }
  if (typeof value === 'object') return { path, type: 'object', sample: null }
  if (typeof value === 'string')
    return { path, type: 'string', sample: value.slice(0, MAX_SAMPLE_CHARS).toWellFormed() }
  return typeof value === 'number' ? { path, type: 'number', sample: value } : { path, type: 'boolean', sample: value }
}
