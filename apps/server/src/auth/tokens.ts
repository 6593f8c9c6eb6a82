import { hash, randomBytes } from 'node:crypto'

export const SESSION_PREFIX = 'ens_'
export const API_KEY_PREFIX = 'ensk_'

/** 256 random bits behind a prefix that secret scanners can know. */
export function newToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is stored of a token. It is random, so a fast hash is enough. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
