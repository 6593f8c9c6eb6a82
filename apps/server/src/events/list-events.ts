import { listEvents as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type emittedEventSchema, eventName } from './schemas.ts'

export const listEventsInput = z
  .object({
    name: eventName.optional(),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    after: z.uuid().optional(),
    limit: z.int().min(1).max(200).default(50),
  })
  .default({ limit: 50 })

/** Newest first. @throws AppError forbidden */
export async function listEvents(
  app: App,
  caller: Caller,
  { name, from, to, after, limit }: z.infer<typeof listEventsInput>,
): Promise<{ data: z.infer<typeof emittedEventSchema>[]; meta: { nextAfter: string | null } }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const rows = await listRows(app.client.db, {
    limit: limit + 1,
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(after === undefined ? {} : { after }),
  })
  const data = rows.slice(0, limit)
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
