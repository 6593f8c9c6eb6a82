import { EnsueError } from './errors.ts'

const TOLERANCE_SECONDS = 300
const MAX_SIGNATURES = 20
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const

type Bytes = Uint8Array<ArrayBuffer>
type HeaderRecord = Record<string, string | readonly string[] | undefined>
type Key = { version: 'v1' | 'v1a'; algorithm: typeof HMAC | 'Ed25519'; bytes: Bytes }

export interface VerifyWebhookOptions {
  /** How far the signed time may be off, both ways; 300 by default. */
  toleranceSeconds?: number
  /** Milliseconds or a Date; the clock by default. */
  now?: number | Date
}

export interface VerifiedWebhook<Payload> {
  /** The same in every attempt of a message: keep it to tell duplicates. */
  id: string
  /** When this attempt was signed. */
  timestamp: Date
  /** The body as JSON; the text itself when it is none. */
  payload: Payload
}

/** Verifies a message signed after Standard Webhooks, as workflows send them with the `sign` option of the HTTP request node.
 *  Runs on WebCrypto: browsers, Deno, workers, Node.
 * @param rawBody as received: a body that was parsed and written again has another signature
 * @param headers of the request, names in any case: a `Headers`, or the `headers` of a Node request
 * @param secret `whsec_…` or the public key `whpk_…`; several while one replaces another
 * @throws EnsueError with the code `signature_missing`, `signature_duplicate`, `signature_malformed`, `signature_mismatch`,
 *  `timestamp_invalid`, `timestamp_stale`, `timestamp_future`, `id_invalid` or `secret_unusable` */
export async function verifyWebhook<Payload = unknown>(
  rawBody: string | Uint8Array,
  headers: Headers | HeaderRecord,
  secret: string | readonly string[],
  options: VerifyWebhookOptions = {},
): Promise<VerifiedWebhook<Payload>> {
  const keys = (typeof secret === 'string' ? [secret] : secret).map(toKey).filter((key) => key !== undefined)
  if (keys.length === 0)
    throw new EnsueError('secret_unusable', 'A secret is "whsec_" and 24 to 64 bytes in base64, or a "whpk_" key.')
  const signatures = parseSignatures(headerOf(headers, 'webhook-signature'))
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  // With a dot, parts of id, time and body could change places under the same signature.
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id))
    throw new EnsueError('id_invalid', 'webhook-id has 1 to 256 visible ASCII characters and no dot.')
  checkTime(timestamp, options)
  const body = typeof rawBody === 'string' ? new TextEncoder().encode(rawBody) : rawBody
  const signed = join(new TextEncoder().encode(`${id}.${timestamp}.`), body)
  const results = keys.flatMap((key) =>
    signatures.filter(({ version }) => version === key.version).map(({ bytes }) => fits(key, bytes, signed)),
  )
  if (!(await Promise.all(results)).includes(true))
    throw new EnsueError('signature_mismatch', 'The signature does not fit the body and the secret.')
  return { id, timestamp: new Date(Number(timestamp) * 1_000), payload: parse(body) as Payload }
}

function headerOf(headers: Headers | HeaderRecord, name: string): string {
  const values =
    headers instanceof Headers
      ? [headers.get(name) ?? '']
      : Object.keys(headers).flatMap((key) => (key.toLowerCase() === name ? (headers[key] ?? []) : []))
  if (values.length > 1) throw new EnsueError('signature_duplicate', `The header ${name} is there more than once.`)
  if (!values[0]) throw new EnsueError('signature_missing', `The header ${name} is missing.`)
  return values[0]
}

/** `v1,<base64> v1a,<base64> …`; versions that aren't known are skipped. */
function parseSignatures(list: string): { version: string; bytes: Bytes }[] {
  const malformed = () => new EnsueError('signature_malformed', 'webhook-signature does not look like v1,<base64>.')
  const items = list.split(' ')
  const known = items.flatMap((item) => {
    const [, version, text = ''] = /^(\w+),(.*)$/s.exec(item) ?? []
    if (version === undefined) throw malformed()
    if (version !== 'v1' && version !== 'v1a') return []
    const bytes = decodeBase64(text)
    if (!bytes) throw malformed()
    return [{ version, bytes }]
  })
  if (known.length === 0 || items.length > MAX_SIGNATURES) throw malformed()
  return known
}

function checkTime(
  text: string,
  { toleranceSeconds = TOLERANCE_SECONDS, now = Date.now() }: VerifyWebhookOptions,
): void {
  if (!/^\d{1,12}$/.test(text))
    throw new EnsueError('timestamp_invalid', 'webhook-timestamp is no whole number of seconds.')
  const ageSeconds = Math.floor(Number(now) / 1_000) - Number(text)
  // Written so that a tolerance or a clock that is no number refuses.
  if (!(ageSeconds <= toleranceSeconds))
    throw new EnsueError('timestamp_stale', `The message was signed more than ${toleranceSeconds} s ago.`)
  if (!(ageSeconds >= -toleranceSeconds))
    throw new EnsueError('timestamp_future', `The message was signed more than ${toleranceSeconds} s ahead.`)
}

function toKey(secret: string): Key | undefined {
  const [, prefix = 'whsec_', text = ''] = /^(?:v1,)?(whsec_|whpk_)?(.*)$/s.exec(secret) ?? []
  const bytes = decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='))
  if (!bytes) return undefined
  if (prefix === 'whpk_') return bytes.length === 32 ? { version: 'v1a', algorithm: 'Ed25519', bytes } : undefined
  return bytes.length >= 24 && bytes.length <= 64 ? { version: 'v1', algorithm: HMAC, bytes } : undefined
}

/** In constant time: the comparison is WebCrypto's own. */
async function fits({ algorithm, bytes }: Key, signature: Bytes, signed: Bytes): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify'])
  return crypto.subtle.verify(typeof algorithm === 'string' ? algorithm : algorithm.name, key, signature, signed)
}

/** Padded, in the standard alphabet, without stray bits: `atob` alone takes many spellings. */
function decodeBase64(text: string): Bytes | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) || text === '') return undefined
  const binary = atob(text)
  return btoa(binary) === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined
}

function join(head: Uint8Array, tail: Uint8Array): Bytes {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}

function parse(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
