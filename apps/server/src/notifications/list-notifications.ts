import { listNotifications as listRows, type NotificationRow } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'

export const listNotificationsInput = z
  .object({
    unread: z.boolean().default(false),
    after: z.uuid().optional(),
    limit: z.int().min(1).max(200).default(50),
  })
  .default({ unread: false, limit: 50 })

/** The caller's own, newest first. */
export async function listNotifications(
  app: App,
  { principal }: Caller,
  { unread, after, limit }: z.infer<typeof listNotificationsInput>,
): Promise<{ data: NotificationRow[]; meta: { nextAfter: string | null } }> {
  if (principal.userId === null) return { data: [], meta: { nextAfter: null } }
  const rows = await listRows(app.client.db, {
    userId: principal.userId,
    unread,
    limit: limit + 1,
    ...(after === undefined ? {} : { after }),
  })
  const data = rows.slice(0, limit)
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
