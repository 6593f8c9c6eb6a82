import { NodeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { HttpResponse } from '../ports.ts'

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
