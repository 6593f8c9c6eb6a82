import { listTasks as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import type { taskSchema } from './schemas.ts'
import { assigneeOf, toTask } from './to-task.ts'

export const listTasksInput = z
  .object({
    status: z.enum(['pending', 'done']).optional(),
    /** Only the caller's; false: everybody's, for those who may see workflows. */
    mine: z.boolean().default(true),
    after: z.uuid().optional(),
    limit: z.int().min(1).max(200).default(50),
  })
  .default({ mine: true, limit: 50 })

/** Newest first. @throws AppError forbidden */
export async function listTasks(
  app: App,
  caller: Caller,
  { status, mine, after, limit }: z.infer<typeof listTasksInput>,
): Promise<{ data: z.infer<typeof taskSchema>[]; meta: { nextAfter: string | null } }> {
  if (!mine) requirePermission(app, caller.principal, 'workflows.view')
  const rows = await listRows(app.client.db, {
    limit: limit + 1,
    ...(status === undefined ? {} : { status }),
    ...(after === undefined ? {} : { after }),
    ...(mine ? { assignee: assigneeOf(caller.principal) } : {}),
  })
  const data = rows.slice(0, limit).map(toTask)
  return { data, meta: { nextAfter: rows.length > limit ? data.at(-1)!.id : null } }
}
