import { listExecutions as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { workflowKey } from '../workflows/schemas.ts'
import { type executionListItem, statusSchema } from './schemas.ts'

export const listExecutionsInput = z
  .object({
    workflow: workflowKey.optional(),
    status: z.union([statusSchema, z.array(statusSchema).min(1)]).optional(),
    trigger: z.string().max(64).optional(),
    /** Only what this execution has started, its retries included. */
    parentId: z.uuid().optional(),
    /** Debug runs instead of real ones. */
    debug: z.boolean().default(false),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    after: z.uuid().optional(),
    limit: z.int().min(1).max(200).default(50),
  })
  .default({ debug: false, limit: 50 })

/** Newest first. @throws AppError forbidden */
export async function listExecutions(
  app: App,
  caller: Caller,
  input: z.infer<typeof listExecutionsInput>,
): Promise<{ data: z.infer<typeof executionListItem>[]; meta: { nextAfter: string | null } }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const { workflow, status, trigger, parentId, debug, from, to, after, limit } = input
  const rows = await listRows(app.client.db, {
    limit: limit + 1,
    debug,
    ...(workflow === undefined ? {} : { workflow }),
    ...(status === undefined ? {} : { status: [status].flat() }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(after === undefined ? {} : { after }),
  })
  const data = rows.slice(0, limit)
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
