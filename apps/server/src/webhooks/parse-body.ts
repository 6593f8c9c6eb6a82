import { AppError, type Json, toStorableText } from '@ensue/engine/core'
import { parseForm } from './parse/form.ts'
import { parseJsonBody, parseJsonOrText } from './parse/json.ts'
import { readMediaType } from './parse/media-type.ts'
import { parseMultipart } from './parse/multipart.ts'
import { decodeText, decodeUtf8, tryDecodeUtf8 } from './parse/text.ts'
import { parseXml } from './parse/xml.ts'

const MAX_FILE_BYTES = 10_485_760

export interface ParseOptions {
  /** Largest file, and largest field, of a multipart form. Default 10 MiB; the body as a whole has its own limit. */
  maxFileBytes?: number
}

/** Reads a body by its media type: JSON; forms as objects of texts, files and lists; XML as objects of texts; text as it is;
 *  anything else as base64. No body is null. Only multipart gives a promise.
 *  @throws AppError invalid_input malformed or deeper than 64 levels, unsupported_media_type, payload_too_large */
export function parseBody(
  bytes: Buffer,
  contentType: string | undefined,
  { maxFileBytes = MAX_FILE_BYTES }: ParseOptions = {},
): Json | Promise<Json> {
  if (bytes.length === 0) return null
  if (contentType === 'application/json') return parseJsonBody(decodeUtf8(bytes))
  if (contentType === undefined || contentType.trim() === '') return parseUntyped(bytes)
  const { name, charset } = readMediaType(contentType)
  if (name === 'application/json' || name.endsWith('+json')) return parseJsonBody(decodeText(bytes, charset))
  if (name === 'application/x-www-form-urlencoded') return parseForm(decodeText(bytes, charset))
  if (name === 'multipart/form-data') return parseMultipart(bytes, contentType, maxFileBytes)
  if (name === 'application/xml' || name === 'text/xml' || name.endsWith('+xml'))
    return parseXml(decodeText(bytes, charset ?? declaredEncoding(bytes)))
  if (name.startsWith('text/')) return toStorableText(decodeText(bytes, charset))
  if (name.startsWith('multipart/'))
    throw new AppError('unsupported_media_type', 'Of the multipart types, the webhook takes multipart/form-data.')
  return bytes.toString('base64')
}

function parseUntyped(bytes: Buffer): Json {
  const text = tryDecodeUtf8(bytes)
  return text === undefined ? bytes.toString('base64') : parseJsonOrText(text)
}

/** What an XML document says of itself in its first line. */
function declaredEncoding(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 200)
  return /^(?:\u00ef\u00bb\u00bf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(start)?.[1]?.toLowerCase()
}
