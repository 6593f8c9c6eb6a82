import { findExecution, listNodeRuns } from '@ensue/db'
import { keepsNodeRuns } from '@ensue/engine'
import type { Json } from '@ensue/engine/core'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'
import type { executionSchema } from './schemas.ts'

export const executionId = z.object({ id: z.uuid('This is not the id of an execution.') })

/** One execution with its node runs. Seen by those who may see workflows, and by the user who started it.
 *  @throws AppError forbidden, not_found */
export async function getExecution(
  app: App,
  caller: Caller,
  { id }: z.infer<typeof executionId>,
): Promise<z.infer<typeof executionSchema>> {
  const row = await findExecution(app.client.db, id)
  const starter = (row?.context.user as { id?: Json } | null | undefined)?.id
  const own = starter !== undefined && starter === caller.principal.userId
  if (!own || !hasPermission(app, caller.principal, 'workflows.run'))
    requirePermission(app, caller.principal, 'workflows.view')
  if (!row)
    throw new AppError(
      'not_found',
      `There is no execution ${id}; one that was there may have been deleted after its time.`,
      { path: 'id' },
    )
  const runs = await listNodeRuns(app.client.db, id)
  const { epoch: _, workflowId: __, versionId: ___, rootId: ____, logLevel, messages, response, ...rest } = row
  return {
    ...rest,
    response: response as Json,
    messages: messages ?? [],
    nodeRunsKept: row.finishedAt === null || keepsNodeRuns(logLevel ?? undefined, row),
    nodeRuns: runs.map(({ sets: _, ...run }) => ({ id: `${id}-${run.path}`, ...run })),
  }
}
