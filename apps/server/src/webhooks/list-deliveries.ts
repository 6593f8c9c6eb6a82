import { listDeliveries as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { workflowKey } from '../workflows/schemas.ts'
import { type deliveryListItem, outcomeSchema } from './schemas.ts'

export const listDeliveriesInput = z.object({
  workflow: workflowKey.optional(),
  outcome: z.union([outcomeSchema, z.array(outcomeSchema).min(1)]).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  after: z.uuid().optional(),
  /** Only what came after this delivery: for who listens. */
  since: z.uuid().optional(),
  limit: z.int().min(1).max(200).default(50),
})

/** The inbox, newest first. @throws AppError forbidden */
export async function listDeliveries(
  app: App,
  caller: Caller,
  { outcome, limit, ...filter }: z.infer<typeof listDeliveriesInput>,
): Promise<{ data: z.infer<typeof deliveryListItem>[]; meta: { nextAfter: string | null } }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
  const rows = await listRows(app.client.db, {
    ...given,
    ...(outcome === undefined ? {} : { outcome: [outcome].flat() }),
    limit: limit + 1,
  })
  const data = rows.slice(0, limit)
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
