import { findVersion, insertVersion, lockWorkflow, updateWorkflow } from '@ensue/db'
import { validateDefinition } from '@ensue/engine'
import { AppError, newId } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { requirePermission } from '../roles/permissions.ts'
import { syncSchedule } from '../schedules/sync-schedule.ts'
import { requireCode } from './require-code.ts'
import { workflowKey } from './schemas.ts'
import { found } from './to-workflow.ts'
import { validationEnv } from './validation-env.ts'

export const deployInput = z.object({ key: workflowKey, note: z.string().max(2_000).optional() })

/** Makes the draft an immutable version and that version live, in one transaction. An unchanged draft keeps its version.
 *  @throws AppError forbidden, not_found, definition_invalid with `problems` */
export async function deploy(
  app: App,
  caller: Caller,
  { key, note = '' }: z.infer<typeof deployInput>,
): Promise<{ version: number }> {
  requirePermission(app, caller.principal, 'workflows.deploy')
  const version = await app.client.transaction(async (trx) => {
    const workflow = found(await lockWorkflow(trx, key), key)
    requireCode(app, caller.principal, workflow.draft)
    const { problems } = validateDefinition(workflow.draft, validationEnv(app.registry.current()))
    if (problems.length > 0)
      throw new AppError(
        'definition_invalid',
        `The workflow cannot be deployed: it has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}. ${problems[0]!.message}`,
        {
          path: problems[0]!.path,
          details: { problems },
        },
      )
    const live = workflow.liveVersion === null ? undefined : await findVersion(trx, workflow.id, workflow.liveVersion)
    if (live?.hash === workflow.draftHash) return live.number
    const number = await insertVersion(trx, {
      id: newId(),
      workflowId: workflow.id,
      definition: workflow.draft,
      hash: workflow.draftHash,
      note: note === '' ? null : note,
      createdBy: caller.principal.userId,
    })
    await announce(app, trx, {
      name: 'system.workflow.deployed',
      params: { workflow: { key, title: workflow.title }, version: number },
      by: caller.principal,
      snapshot: app.registry.current(),
    })
    await updateWorkflow(trx, key, { liveVersion: number })
    await syncSchedule(app, trx, key)
    await recordAudit(app, caller, { action: 'workflows.deploy', target: key, details: { version: number } }, trx)
    return number
  })
  await app.registry.refresh()
  return { version }
}
