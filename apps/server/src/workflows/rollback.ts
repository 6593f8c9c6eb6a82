import { findVersion, lockWorkflow, updateWorkflow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { syncSchedule } from '../schedules/sync-schedule.ts'
import { requireCode } from './require-code.ts'
import { workflowKey } from './schemas.ts'
import { found } from './to-workflow.ts'

export const rollbackInput = z.object({ key: workflowKey, version: z.int().min(1) })

/** Makes an earlier version live again; the draft stays. @throws AppError forbidden, not_found */
export async function rollback(
  app: App,
  caller: Caller,
  { key, version }: z.infer<typeof rollbackInput>,
): Promise<{ version: number }> {
  requirePermission(app, caller.principal, 'workflows.deploy')
  await app.client.transaction(async (trx) => {
    const workflow = found(await lockWorkflow(trx, key), key)
    const earlier = await findVersion(trx, workflow.id, version)
    if (!earlier)
      throw new AppError('not_found', `The workflow "${key}" has no version ${version}.`, { path: 'version' })
    requireCode(app, caller.principal, earlier.definition)
    await announce(app, trx, {
      name: 'system.workflow.deployed',
      params: { workflow: { key, title: workflow.title }, version },
      by: caller.principal,
      snapshot: app.registry.current(),
    })
    await updateWorkflow(trx, key, { liveVersion: version })
    await syncSchedule(app, trx, key)
    await recordAudit(app, caller, { action: 'workflows.rollback', target: key, details: { version } }, trx)
  })
  await app.registry.refresh()
  return { version }
}
