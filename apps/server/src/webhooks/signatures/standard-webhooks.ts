import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { decodeBase64 } from './encodings.ts'
import { equalBytes, hmac } from './macs.ts'
import { checkTime, hasHeader, oneHeader } from './request-parts.ts'
import { decodeStandardSecret } from './standard-secret.ts'
import { type Check, type ConfigOf, SignatureRefusal } from './verdict.ts'

const MAX_SIGNATURES = 20

type Keys = { hmac: Buffer[]; ed25519: KeyObject[] }

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md; also with the older header names of Svix. */
export function standardWebhooksCheck({
  secrets,
  toleranceSeconds,
}: Pick<ConfigOf<'standard-webhooks'>, 'secrets' | 'toleranceSeconds'>): Check {
  const keys = keysOf(secrets)
  return (request, nowMs) => {
    const family = !hasHeader(request, 'webhook-signature') && hasHeader(request, 'svix-signature') ? 'svix' : 'webhook'
    const list = oneHeader(request, `${family}-signature`)
    const id = oneHeader(request, `${family}-id`)
    const timestamp = oneHeader(request, `${family}-timestamp`)
    // With a dot, parts of id, time and body could change places under the same signature.
    if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id))
      throw new SignatureRefusal('id_invalid', `${family}-id has 1 to 256 visible ASCII characters and no dot.`)
    checkTime(timestamp, nowMs, toleranceSeconds)
    checkSignatures(list, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), request.body]), keys)
    return { ok: true, deliveryId: id }
  }
}

function keysOf(secrets: readonly string[]): Keys {
  const keys: Keys = { hmac: [], ed25519: [] }
  for (const { kind, bytes } of secrets.map(decodeStandardSecret).filter((secret) => secret !== undefined)) {
    if (kind === 'whsec_') keys.hmac.push(bytes)
    if (kind === 'whpk_') {
      const key = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }
      keys.ed25519.push(createPublicKey({ key, format: 'jwk' }))
    }
  }
  if (keys.hmac.length + keys.ed25519.length === 0)
    throw new SignatureRefusal('secret_unusable', 'No secret is whsec_ or whpk_ and base64.')
  return keys
}

/** `v1,<base64> v1a,<base64> …`. Versions that aren't known are skipped, so the sender can add new ones. */
function checkSignatures(list: string, signed: Buffer, keys: Keys): void {
  const items = list.split(' ').map((item) => /^(\w+),(.*)$/s.exec(item) ?? [])
  const given = items
    .filter(([, version]) => version === 'v1' || version === 'v1a')
    .map(([, version, text = '']) => ({ version, bytes: decodeBase64(text) }))
  const broken = items.some(([item]) => item === undefined) || given.some(({ bytes }) => bytes === undefined)
  if (broken || given.length === 0 || items.length > MAX_SIGNATURES)
    throw new SignatureRefusal('signature_malformed', 'The signature does not look like v1,<base64>.')
  const macs = keys.hmac.map((key) => hmac('sha256', key, signed))
  const fits = given.map(({ version, bytes = Buffer.alloc(0) }) =>
    version === 'v1'
      ? macs.map((mac) => equalBytes(mac, bytes)).includes(true)
      : keys.ed25519.some((key) => verify(null, signed, key, bytes)),
  )
  if (!fits.includes(true))
    throw new SignatureRefusal('signature_mismatch', 'The signature does not fit the request and the secret.')
}
