import { SignatureRefusal } from './verdict.ts'

// Node's own decoders skip what they don't know, so one MAC would have many spellings. Here each has one.

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The bytes of base64 in the standard alphabet, padded, without stray bits; undefined for any other text. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || !BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** The bytes of hexadecimal in lower case; undefined for any other text. */
export function decodeHex(text: string): Buffer | undefined {
  return text.length % 2 === 0 && /^[0-9a-f]+$/.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** The MAC in a header, after its prefix. */
export function macOf(text: string, encoding: 'hex' | 'base64', prefix = ''): Buffer {
  const rest = text.startsWith(prefix) ? text.slice(prefix.length) : ''
  const mac = encoding === 'hex' ? decodeHex(rest) : decodeBase64(rest)
  if (mac) return mac
  const kind = encoding === 'hex' ? 'lower-case hexadecimal' : 'padded base64'
  throw new SignatureRefusal(
    'signature_malformed',
    `The signature is not ${prefix === '' ? '' : `"${prefix}" and `}${kind}.`,
  )
}
