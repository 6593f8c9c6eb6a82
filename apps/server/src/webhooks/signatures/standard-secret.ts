import { decodeBase64 } from './encodings.ts'

/** Lengths of the keys of Standard Webhooks. */
const BYTES = {
  whsec_: (length: number) => length >= 24 && length <= 64,
  whpk_: (length: number) => length === 32,
  // The seed, or the seed and the public key after it.
  whsk_: (length: number) => length === 32 || length === 64,
} as const

export interface StandardSecret {
  /** HMAC key, public key, private key. */
  kind: keyof typeof BYTES
  bytes: Buffer
}

/** `whsec_<base64>` (also without the prefix, without padding, and as `v1,whsec_…`), `whpk_<base64>` or `whsk_<base64>`; undefined for
 *  anything else. */
export function decodeStandardSecret(secret: string): StandardSecret | undefined {
  const [, prefix = 'whsec_', text = ''] = /^(?:v1,)?(whsec_|whpk_|whsk_)?(.*)$/s.exec(secret) ?? []
  const kind = prefix as keyof typeof BYTES
  const bytes = decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='))
  return bytes && BYTES[kind](bytes.length) ? { kind, bytes } : undefined
}
