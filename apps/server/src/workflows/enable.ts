import { lockWorkflow, updateWorkflow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { syncSchedule } from '../schedules/sync-schedule.ts'
import { workflowKey, type workflowSchema } from './schemas.ts'
import { found, toWorkflow } from './to-workflow.ts'

export const enableInput = z.object({ key: workflowKey, enabled: z.boolean() })

/** Switches the triggers of a workflow on or off; executions under way go on.
 *  @throws AppError forbidden, not_found, conflict when it was never deployed */
export async function enable(
  app: App,
  caller: Caller,
  { key, enabled }: z.infer<typeof enableInput>,
): Promise<z.infer<typeof workflowSchema>> {
  requirePermission(app, caller.principal, 'workflows.deploy')
  const workflow = await app.client.transaction(async (trx) => {
    const row = found(await lockWorkflow(trx, key), key)
    if (enabled && row.liveVersion === null)
      throw new AppError('conflict', `Deploy the workflow "${key}" before you enable it.`, { path: 'enabled' })
    if (row.enabled !== enabled)
      await announce(app, trx, {
        name: enabled ? 'system.workflow.enabled' : 'system.workflow.disabled',
        params: { workflow: { key, title: row.title } },
        by: caller.principal,
        except: row.id,
        snapshot: app.registry.current(),
      })
    await recordAudit(app, caller, { action: 'workflows.enable', target: key, details: { enabled } }, trx)
    const changed = found(await updateWorkflow(trx, key, { enabled }), key)
    await syncSchedule(app, trx, key)
    return toWorkflow(trx, changed)
  })
  await app.registry.refresh()
  return workflow
}
