import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { AppError } from '@ensue/engine/core'
import { hmac } from './macs.ts'
import { decodeStandardSecret } from './standard-secret.ts'

/** DER of an ed25519 private key (PKCS #8) without the 32 bytes of its seed. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface WebhookToSign {
  /** The same in every attempt of a message: the receiver tells duplicates by it. No dot. */
  id: string
  timestampSeconds: number
  /** The bytes that are sent. */
  body: string | Uint8Array
  /** `whsec_<base64>` (HMAC, also without the prefix) or `whsk_<base64>` (ed25519). */
  secret: string
}

/** The three headers of a signed message after Standard Webhooks.
 * @throws AppError `invalid_input` when the secret or the id can't be used; the message doesn't quote the secret */
export function signWebhook({ id, timestampSeconds, body, secret }: WebhookToSign): Record<string, string> {
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id))
    throw new AppError('invalid_input', 'The id of a signed message has 1 to 256 visible ASCII characters and no dot.')
  if (!Number.isSafeInteger(timestampSeconds) || timestampSeconds < 0)
    throw new AppError('invalid_input', 'The time of a signed message is a whole number of seconds.')
  const signed = Buffer.concat([Buffer.from(`${id}.${timestampSeconds}.`), Buffer.from(body)])
  const key = signingKey(secret)
  const signature = Buffer.isBuffer(key)
    ? `v1,${hmac('sha256', key, signed).toString('base64')}`
    : `v1a,${sign(null, signed, key).toString('base64')}`
  return { 'webhook-id': id, 'webhook-timestamp': String(timestampSeconds), 'webhook-signature': signature }
}

function signingKey(secret: string): Buffer | KeyObject {
  const decoded = decodeStandardSecret(secret)
  if (decoded?.kind === 'whsec_') return decoded.bytes
  if (decoded?.kind === 'whsk_') {
    const der = Buffer.concat([PKCS8_ED25519, decoded.bytes.subarray(0, 32)])
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  }
  throw new AppError('invalid_input', 'A signing secret is "whsec_" and 24 to 64 bytes in base64, or a "whsk_" key.')
}
