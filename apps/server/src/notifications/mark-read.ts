import { markNotificationsRead } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'

/** Without ids: all. */
export const markReadInput = z.object({ ids: z.array(z.uuid()).min(1).max(200).optional() }).default({})

/** Marks notifications of the caller as read; ids of others change nothing. */
export async function markRead(app: App, { principal }: Caller, { ids }: z.infer<typeof markReadInput>): Promise<null> {
  if (principal.userId !== null) await markNotificationsRead(app.client.db, principal.userId, ids)
  return null
}
