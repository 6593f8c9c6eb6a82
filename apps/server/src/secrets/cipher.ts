import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
export const KEY_BYTES = 32

/** Where a ciphertext belongs; one that was moved elsewhere can't be opened. */
export interface Place {
  table: 'secret' | 'secret_canary'
  name: string
  kind: string
}

/** Seals and opens texts with the master keys, the first of which is the current one. Envelope: `<key id>:<nonce>:<ciphertext>:<tag>`. */
export interface Cipher {
  seal(place: Place, text: string): string
  /** @returns undefined when the key isn't ours or the envelope was changed or moved */
  open(place: Place, envelope: string): string | undefined
  /** Sealed with the current key. */
  isCurrent(envelope: string): boolean
}

export function createCipher(keys: readonly Buffer[]): Cipher {
  const byId = new Map(keys.map((key) => [keyId(key), key]))
  const [currentId, currentKey] = byId.entries().next().value!

  return {
    seal(place, text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, currentKey, nonce).setAAD(boundTo(place, currentId))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [currentId, ...[nonce, sealed, cipher.getAuthTag()].map((part) => part.toString('base64'))].join(':')
    },
    open(place, envelope) {
      const [id = '', ...parts] = envelope.split(':')
      const key = byId.get(id)
      if (!key || parts.length !== 3) return undefined
      const [nonce, sealed, tag] = parts.map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer, Buffer]
      try {
        const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: 16 })
          .setAAD(boundTo(place, id))
          .setAuthTag(tag)
        return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
    isCurrent: (envelope) => keyIdOf(envelope) === currentId,
  }
}

export function keyIdOf(envelope: string): string {
  return envelope.slice(0, envelope.indexOf(':'))
}

/** Tells keys apart and nothing of the key. */
function keyId(key: Buffer): string {
  return `k${hash('sha256', Buffer.concat([Buffer.from('ensue key id'), key]), 'hex').slice(0, 8)}`
}

function boundTo({ table, name, kind }: Place, id: string): Buffer {
  return Buffer.from(JSON.stringify([table, name, kind, id]))
}
