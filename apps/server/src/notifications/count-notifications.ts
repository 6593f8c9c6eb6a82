import { countUnreadNotifications } from '@ensue/db'
import type { App, Caller } from '../context.ts'

/** How many the caller has not read. */
export async function countNotifications(app: App, { principal }: Caller): Promise<{ unread: number }> {
  return { unread: principal.userId === null ? 0 : await countUnreadNotifications(app.client.db, principal.userId) }
}
