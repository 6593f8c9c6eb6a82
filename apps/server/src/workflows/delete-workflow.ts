import { cancelExecution, deleteWorkflow as deleteRow, listUnfinishedExecutions, lockWorkflow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { removeSchedule } from '../schedules/sync-schedule.ts'
import { workflowKey } from './schemas.ts'
import { found } from './to-workflow.ts'

export const deleteWorkflowInput = z.object({
  key: workflowKey,
  /** Cancel what is queued, running or waiting. */
  cancel: z.boolean().default(false),
})

/** Deletes a workflow with its versions; its past executions stay.
 *  @throws AppError forbidden, not_found, conflict while executions are unfinished */
export async function deleteWorkflow(
  app: App,
  caller: Caller,
  { key, cancel }: z.infer<typeof deleteWorkflowInput>,
): Promise<{ canceled: number }> {
  requirePermission(app, caller.principal, 'workflows.edit')
  const canceled = await app.client.db.transaction().execute(async (trx) => {
    const workflow = found(await lockWorkflow(trx, key), key)
    const unfinished = await listUnfinishedExecutions(trx, workflow.id)
    if (unfinished.length > 0 && !cancel)
      throw new AppError(
        'conflict',
        `${unfinished.length} executions of "${key}" are not finished. Delete with cancel: true to cancel them.`,
        {
          path: 'cancel',
        },
      )
    for (const id of unfinished) await cancelExecution(trx, id)
    await removeSchedule(app, trx, { workflowId: workflow.id })
    await deleteRow(trx, workflow.id)
    await recordAudit(app, caller, { action: 'workflows.delete', target: key }, trx)
    return unfinished.length
  })
  await app.registry.refresh()
  return { canceled }
}
