import { AppError } from '@ensue/engine/core'

// A byte order mark is taken off; bytes that are not UTF-8 are an error rather than question marks.
const utf8 = new TextDecoder('utf-8', { fatal: true })
// As the web means it: windows-1252.
const latin1 = new TextDecoder('latin1')

const LATIN1 = new Set(['iso-8859-1', 'iso8859-1', 'latin1', 'windows-1252', 'cp1252'])
const UTF8 = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])

/** The text of a body. @throws AppError unsupported_media_type, invalid_input when it is not UTF-8 */
export function decodeText(bytes: Buffer, charset?: string): string {
  if (charset === undefined || UTF8.has(charset)) return decodeUtf8(bytes)
  if (LATIN1.has(charset)) return latin1.decode(bytes)
  throw new AppError('unsupported_media_type', 'The webhook reads text in UTF-8 and ISO-8859-1.')
}

/** @throws AppError invalid_input */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError('invalid_input', 'The body is not UTF-8.')
  }
}

/** The text of bytes that may be text; undefined when they are not UTF-8. */
export function tryDecodeUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
