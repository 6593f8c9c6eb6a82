import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { toText } from '../expressions/index.ts'
import type { HttpRequest, HttpResponse } from '../ports.ts'
import { jsonValue } from './config-fields.ts'

export const BODY_TYPES = ['none', 'json', 'form', 'text', 'xml', 'binary'] as const

export const bodySchema = z.strictObject({
  type: z.enum(BODY_TYPES).meta({ title: 'Body type', widget: 'select' }),
  value: jsonValue.optional().meta({
    title: 'Body',
    widget: 'json',
    secret: true,
    description: 'JSON; name → value for a form; text for text and XML; base64 for binary.',
  }),
})
type BodyConfig = z.infer<typeof bodySchema>

const CONTENT_TYPES: Record<BodyConfig['type'], string | undefined> = {
  none: undefined,
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  binary: 'application/octet-stream',
}

/** Name → value pairs of a query or form: lists repeat the name, null is left out, objects are JSON. */
export function appendPairs(pairs: URLSearchParams, values: Record<string, Json>): URLSearchParams {
  for (const [name, value] of Object.entries(values))
    for (const item of Array.isArray(value) ? value : [value]) if (item !== null) pairs.append(name, toText(item))
  return pairs
}

/** The bytes to send and the content type that says what they are. */
export function encodeBody({ type, value = null }: BodyConfig): { body?: HttpRequest['body']; contentType?: string } {
  const contentType = CONTENT_TYPES[type]
  if (contentType === undefined) return {}
  switch (type) {
    case 'json':
      return { body: JSON.stringify(value), contentType }
    case 'form':
      if (!isJsonObject(value))
        throw new NodeError('http_bad_body', 'A form body is an object of names and values.', { path: 'body.value' })
      return { body: appendPairs(new URLSearchParams(), value).toString(), contentType }
    case 'binary':
      return { body: fromBase64(value, 'body.value'), contentType }
    default:
      return { body: toText(value), contentType }
  }
}

function fromBase64(value: Json, path: string): Uint8Array {
  try {
    if (typeof value === 'string') return Uint8Array.fromBase64(value)
  } catch {
    // Said below.
  }
  throw new NodeError('http_bad_body', 'Bytes are given as base64 text.', { path })
}

export type ResponseMode = 'auto' | 'json' | 'text' | 'base64'

const JSON_TYPE = /^application\/(?:.+\+)?json$/
const TEXT_TYPE = /^text\/|[/+]xml$|javascript$|x-www-form-urlencoded$/

function decodeText(bytes: Uint8Array, charset: string | undefined): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: charset === undefined }).decode(bytes)
  } catch {
    // Not UTF-8, or a charset nobody knows: these are bytes.
    return undefined
  }
}

function parseJson(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

/** The body of a response as a value. `auto`: JSON and text by content type (without one: by trying), bytes as base64, nothing as null. */
export function decodeBody(response: HttpResponse, mode: ResponseMode): Json {
  const bytes = response.body
  const base64 = () => bytes.toBase64()
  if (mode === 'base64') return base64()
  const [type = '', ...parameters] = (response.headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = /charset="?([^";\s]+)/.exec(parameters.join(';'))?.[1]
  const text = decodeText(bytes, charset)
  if (mode === 'text') return text ?? new TextDecoder().decode(bytes)
  if (bytes.length === 0 && mode === 'auto') return null
  const json = text === undefined ? undefined : parseJson(text)
  if (mode === 'json') {
    if (!json) throw new NodeError('http_bad_json', `The response (status ${response.status}) is not JSON.`)
    return json.value
  }
  const untyped = type.trim() === ''
  if (json && (untyped || JSON_TYPE.test(type.trim()))) return json.value
  // A body that is labelled JSON but isn't stays readable as text.
  if (text !== undefined && (untyped || JSON_TYPE.test(type.trim()) || TEXT_TYPE.test(type.trim()))) return text
  return base64()
}
