import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { toText } from '../expressions/index.ts'
import type { HttpRequest } from '../ports.ts'
import { jsonValue } from './config-fields.ts'
import { encodeMultipart, fromBase64 } from './http-multipart.ts'

export const BODY_TYPES = ['none', 'json', 'form', 'multipart', 'xml', 'text', 'binary'] as const

export const bodySchema = z.strictObject({
  type: z.enum(BODY_TYPES).meta({ title: 'Body type', widget: 'select' }),
  value: jsonValue.optional().meta({
    title: 'Body',
    widget: 'body',
    secret: true,
    description:
      'JSON; name → value for a form; in a multipart form also { name, type, base64 }; text for text and XML; base64 for binary.',
  }),
})
type BodyConfig = z.infer<typeof bodySchema>

const CONTENT_TYPES: Record<BodyConfig['type'], string | undefined> = {
  none: undefined,
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
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
      return { body: appendPairs(new URLSearchParams(), pairsOf(value)).toString(), contentType }
    case 'multipart':
      return encodeMultipart(pairsOf(value))
    case 'binary':
      return { body: fromBase64(value, 'body.value'), contentType }
    default:
      return { body: toText(value), contentType }
  }
}

function pairsOf(value: Json): JsonObject {
  if (isJsonObject(value)) return value
  throw new NodeError('http_bad_body', 'A form body is an object of names and values.', { path: 'body.value' })
}
