import { listAudit as listAuditRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { pageOf } from '../http/page.ts'
import { requirePermission } from '../roles/permissions.ts'

export const listAuditInput = z.object({
  action: z.string().max(200).optional(),
  userId: z.uuid().optional(),
  after: z.uuid().optional(),
  limit: z.int().min(1).max(1_000).default(100),
})

export const auditSchema = z.object({
  id: z.string(),
  at: z.string(),
  userId: z.string().nullable(),
  role: z.string().nullable(),
  action: z.string(),
  target: z.string().nullable(),
  outcome: z.enum(['allowed', 'denied']),
  details: z.json(),
})
export const auditPage = pageOf(auditSchema)

/** Who did or tried what, newest first. */
export async function listAudit(app: App, caller: Caller, input: z.infer<typeof listAuditInput>) {
  requirePermission(app, caller.principal, 'users')
  const data = await listAuditRows(app.client.db, input)
  return { data, meta: { nextAfter: data.length === input.limit ? data.at(-1)!.id : null } }
}
