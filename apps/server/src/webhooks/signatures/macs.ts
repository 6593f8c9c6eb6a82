import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Accepted, SignatureRefusal } from './verdict.ts'

type Bytes = string | Uint8Array

export function hmac(algorithm: 'sha1' | 'sha256' | 'sha512', key: Bytes, ...parts: Bytes[]): Buffer {
  const mac = createHmac(algorithm, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Which of the given signatures is one of the expected. Every pair is compared: the time tells nothing about which is right.
 * @throws SignatureRefusal when none is */
export function matching(expected: readonly Buffer[], given: readonly Buffer[]): Buffer {
  const matches = given.filter((one) => expected.map((wanted) => equalBytes(wanted, one)).includes(true))
  const [match] = matches
  if (!match) throw new SignatureRefusal('signature_mismatch', 'The signature does not fit the request and the secret.')
  return match
}

/** What is kept of an accepted signature, to know it again. */
export function macHash(scheme: string, mac: Bytes): string {
  return createHash('sha256').update(`${scheme}:`).update(mac).digest('hex')
}

/** What a delivery is known by when it comes again: the sender's id, else the signature. */
export function identityOf(
  deliveryId: string | undefined,
  scheme: string,
  mac: Bytes,
): Pick<Accepted, 'deliveryId' | 'mac'> {
  return deliveryId === undefined ? { mac: macHash(scheme, mac) } : { deliveryId }
}
