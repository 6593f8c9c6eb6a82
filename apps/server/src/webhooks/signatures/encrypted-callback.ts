import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { decodeBase64, decodeHex } from './encodings.ts'
import { matching } from './macs.ts'
import { SignatureRefusal } from './verdict.ts'

// The scheme that WeChat, WeCom and DingTalk share: SHA-1 over the sorted parts, AES-256-CBC, PKCS #7 to blocks of 32.
// https://developer.work.weixin.qq.com/document/path/90968

const HEAD_BYTES = 20
const BLOCK_BYTES = 32

export interface CallbackKeys {
  encodingAesKey: string
  receiverId: string
}

export interface CallbackParts {
  timestamp: string
  nonce: string
  /** Base64. */
  cipherText: string
}

export function callbackSignature(token: string, { timestamp, nonce, cipherText }: CallbackParts): Buffer {
  return createHash('sha1').update([token, timestamp, nonce, cipherText].sort().join('')).digest()
}

/** The token that signed the parts, and the signature.
 * @throws SignatureRefusal when none of them did */
export function signingToken(
  tokens: readonly string[],
  parts: CallbackParts,
  given: string,
): { token: string; signature: Buffer } {
  const mac = decodeHex(given)
  if (!mac) throw new SignatureRefusal('signature_malformed', 'The signature is not lower-case hexadecimal.')
  if (!/^[\w-]{1,128}$/.test(parts.nonce))
    throw new SignatureRefusal('signature_malformed', 'The nonce is not a short text of letters and digits.')
  const expected = tokens.map((token) => callbackSignature(token, parts))
  const signature = matching(expected, [mac])
  return { token: tokens[expected.findIndex((one) => one.equals(signature))] ?? '', signature }
}

function aesOf(encodingAesKey: string): { key: Buffer; iv: Buffer } {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  if (!/^[A-Za-z0-9]{43}$/.test(encodingAesKey) || key.length !== 32)
    throw new SignatureRefusal('secret_unusable', 'The EncodingAESKey of this webhook has not 43 letters and digits.')
  return { key, iv: key.subarray(0, 16) }
}

/** Fails early when nothing could ever be decrypted. */
export function checkKeys({ encodingAesKey, receiverId }: Partial<CallbackKeys>): CallbackKeys {
  if (!encodingAesKey || !receiverId)
    throw new SignatureRefusal('secret_unusable', 'This webhook has no EncodingAESKey or no receiver id.')
  aesOf(encodingAesKey)
  return { encodingAesKey, receiverId }
}

const undecipherable = () => new SignatureRefusal('body_invalid', 'The message can’t be decrypted.')

/** To be called once the signature is checked: what fails here must tell a stranger nothing. */
export function decrypt(cipherText: string, { encodingAesKey, receiverId }: CallbackKeys): Buffer {
  const bytes = decodeBase64(cipherText)
  if (!bytes || bytes.length === 0 || bytes.length % 16 !== 0) throw undecipherable()
  const { key, iv } = aesOf(encodingAesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()])
  const padding = padded.at(-1) ?? 0
  const plain = padded.subarray(0, -padding)
  if (padding < 1 || padding > BLOCK_BYTES || plain.length < HEAD_BYTES) throw undecipherable()
  if (padded.subarray(-padding).some((byte) => byte !== padding)) throw undecipherable()
  const end = HEAD_BYTES + plain.readUInt32BE(16)
  if (end > plain.length) throw undecipherable()
  if (plain.toString('utf8', end) !== receiverId)
    throw new SignatureRefusal('receiver_mismatch', 'The message is meant for another receiver id.')
  return plain.subarray(HEAD_BYTES, end)
}

export function encrypt(text: string, { encodingAesKey, receiverId }: CallbackKeys): string {
  const message = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(receiverId)])
  const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES)
  const { key, iv } = aesOf(encodingAesKey)
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padding, padding)), cipher.final()]).toString(
    'base64',
  )
}

/** A message of ours, encrypted and signed. */
export function seal(
  text: string,
  keys: CallbackKeys,
  token: string,
  timestamp: string,
): CallbackParts & { signature: string } {
  const parts = { timestamp, nonce: randomBytes(8).toString('hex'), cipherText: encrypt(text, keys) }
  return { ...parts, signature: callbackSignature(token, parts).toString('hex') }
}
