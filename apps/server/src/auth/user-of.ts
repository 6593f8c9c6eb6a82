import type { JsonObject } from '@ensue/engine/core'
import type { Principal } from '../context.ts'

/** The user as contexts of workflows hold them; null for API keys and the system. */
export function userOf({ userId, email, roles }: Principal): JsonObject | null {
  return userId === null ? null : { id: userId, email, roles }
}
