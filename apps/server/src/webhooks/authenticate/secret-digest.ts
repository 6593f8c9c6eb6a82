import { hash, timingSafeEqual } from 'node:crypto'

export const digest = (bytes: Buffer | string): Buffer => hash('sha256', bytes, 'buffer')

/** A secret that is there. One that was not found (empty) or not put in its place (`{{$secrets.X}}`) must let nobody in. */
export function isUsableSecret(secret: string | undefined): secret is string {
  return secret !== undefined && secret !== '' && !secret.includes('{{')
}

/** Makes the comparison with a token. Both sides are hashed first, so neither length nor place of a difference shows in the time. */
export function createTokenCheck(token: string): (given: Buffer) => boolean {
  const wanted = digest(token)
  return (given) => timingSafeEqual(digest(given), wanted)
}
