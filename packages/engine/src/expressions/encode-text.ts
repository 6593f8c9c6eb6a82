import { NodeError } from '../core/errors.ts'

/** The syntax of a text that values are put into. */
export type TextEncoding = 'url' | 'xml'

// From the start to the first character that ends the host, also for the spellings that URL parsers forgive.
const UP_TO_HOST = /^[a-z][a-z0-9+.-]*(:[/\\]{0,2}[^/?#\\]*)?$/i
const HOST_LETTERS = /^[\w.:[\]-]*$/

/** XML 1.0 has no spelling for these. */
const NOT_IN_XML = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/gu
const XML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** The value as it is written after `before`, so that it stays a value there: it can't end what it stands in.
 *  @param isOwn the value is the workspace's (a literal, `$env`, `$secrets`), not one that came from outside
 *  @throws NodeError `invalid_url` it would move the request elsewhere */
export function encodeInText(encoding: TextEncoding, before: string, value: string, isOwn: boolean): string {
  const text = value.toWellFormed()
  if (encoding === 'xml') return text.replace(NOT_IN_XML, '').replace(/[&<>"']/g, (char) => XML_ENTITIES[char]!)
  // The beginning is a base address, e.g. {{$env.CRM_URL}}/orders.
  if (before === '') return text
  if (UP_TO_HOST.test(before)) return inHost(text)
  if (/[?#]/.test(before)) return encodeURIComponent(text)
  return isOwn ? text.split('/').map(encodeURIComponent).join('/') : inPath(before, text)
}

function inHost(text: string): string {
  if (HOST_LETTERS.test(text)) return text
  throw new NodeError('invalid_url', 'A value in the host of a URL holds letters, digits, dots and hyphens only.')
}

function inPath(before: string, text: string): string {
  // `/orders/` is another resource than `/orders/7`; what removes the one should not remove all.
  if (text === '' && before.endsWith('/'))
    throw new NodeError('invalid_url', 'A segment of the path of a URL is empty.')
  // Encoded too, URL parsers take these as a way up.
  if (text === '.' || text === '..')
    throw new NodeError('invalid_url', `"${text}" in the path of a URL would lead to another resource.`)
  return encodeURIComponent(text)
}
