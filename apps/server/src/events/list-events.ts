import { listEvents as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { eventName } from './emit.ts'

export const eventSchema = z.object({
  id: z.string(),
  name: z.string(),
  params: z.record(z.string(), z.json()),
  source: z.json(),
  depth: z.number(),
  emittedAt: z.string(),
  dueAt: z.string().nullable(),
})

export const listEventsInput = z
  .object({ name: eventName.optional(), after: z.uuid().optional(), limit: z.int().min(1).max(200).default(50) })
  .default({ limit: 50 })

/** Newest first. @throws AppError forbidden */
export async function listEvents(
  app: App,
  caller: Caller,
  { name, after, limit }: z.infer<typeof listEventsInput>,
): Promise<{ data: z.infer<typeof eventSchema>[]; meta: { nextAfter: string | null } }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const rows = await listRows(app.client.db, {
    limit: limit + 1,
    ...(name === undefined ? {} : { name }),
    ...(after === undefined ? {} : { after }),
  })
  const data = rows.slice(0, limit)
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
