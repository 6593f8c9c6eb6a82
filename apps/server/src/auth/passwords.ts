import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'

// OWASP's first choice for Argon2id.
const COSTS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const passwordSchema = z
  .string()
  .min(8, 'A password has at least 8 characters.')
  .max(200, 'A password has at most 200 characters.')

export function hashPassword(password: string): Promise<string> {
  return hash(password, COSTS)
}

let decoy: Promise<string> | undefined

/** Takes the same time without a hash to compare with, so that unknown users can't be told from wrong passwords. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('decoy')
  const matches = await verify(passwordHash ?? (await decoy), password)
  return matches && passwordHash !== undefined
}
