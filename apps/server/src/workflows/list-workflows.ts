import { listWorkflows as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import type { workflowListItem } from './schemas.ts'

export const listWorkflowsInput = z
  .object({
    search: z.string().max(200).optional(),
    trigger: z.string().max(64).optional(),
    tag: z.string().max(64).optional(),
    enabled: z.boolean().optional(),
    after: z.uuid().optional(),
    limit: z.int().min(1).max(200).default(50),
  })
  .default({ limit: 50 })

export async function listWorkflows(
  app: App,
  caller: Caller,
  input: z.infer<typeof listWorkflowsInput>,
): Promise<{ data: z.infer<typeof workflowListItem>[]; meta: { nextAfter: string | null } }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const { search, trigger, tag, enabled, after, limit } = input
  const rows = await listRows(app.client.db, {
    limit: limit + 1,
    ...(search ? { search } : {}),
    ...(trigger ? { trigger } : {}),
    ...(tag ? { tag } : {}),
    ...(enabled === undefined ? {} : { enabled }),
    ...(after ? { after } : {}),
  })
  const data = rows.slice(0, limit).map(({ draftHash, liveHash, trigger: type, ...row }) => ({
    ...row,
    trigger: { type },
    hasDraftChanges: liveHash !== draftHash,
  }))
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
