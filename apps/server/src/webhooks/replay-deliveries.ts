import { findDelivery, findWorkflow, keepDraft } from '@ensue/db'
import { AppError, newId } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import type { LiveWorkflow } from '../registry.ts'
import { requirePermission } from '../roles/permissions.ts'
import { hashDefinition } from '../workflows/hash-definition.ts'
import { contextOfDelivery } from './context-of-delivery.ts'

export const replayInput = z.object({
  ids: z.array(z.uuid()).min(1, 'Name at least one delivery.').max(200),
  /** The draft runs as a debug run. */
  version: z.enum(['live', 'draft']).default('live'),
})

export const replayOutput = z.object({
  executions: z.array(z.object({ delivery: z.string(), executionId: z.string(), workflow: z.string() })),
})

/** Starts the workflows of deliveries once more with what those held, past all checks of the ingress: all, or none.
 *  @throws AppError forbidden, not_found, conflict when a body was not kept whole or the workflow has no such version */
export async function replayDeliveries(
  app: App,
  caller: Caller,
  { ids, version }: z.infer<typeof replayInput>,
): Promise<z.infer<typeof replayOutput>> {
  const { principal } = caller
  requirePermission(app, principal, 'workflows.run')
  if (version === 'draft') requirePermission(app, principal, 'workflows.edit')
  const deliveries = await Promise.all(
    ids.map(async (id, index) => {
      const path = `ids.${index}`
      const delivery = await findDelivery(app.client.db, id)
      if (!delivery) throw new AppError('not_found', `There is no delivery ${id}.`, { path })
      if (delivery.body.length < delivery.bodyBytes)
        throw new AppError(
          'conflict',
          'Only the beginning of this request was kept, as it started nothing; it can’t be replayed.',
          {
            path,
          },
        )
      return { delivery, workflow: await workflowOf(app, caller, delivery.workflow, version, path) }
    }),
  )
  const started = await app.client.transaction(async (trx) => {
    const starts = await Promise.all(
      deliveries.map(async ({ delivery, workflow }) => ({
        workflow,
        triggerType: 'webhook',
        context: { ...(await contextOfDelivery(app, delivery, workflow.live!.definition)), replay: true },
        debug: version === 'draft',
      })),
    )
    const executions = await app.runs.insert(trx, starts)
    await recordAudit(app, caller, { action: 'webhooks.replay', target: ids[0]!, details: { ids, version } }, trx)
    return executions
  })
  app.runs.nudge()
  return {
    executions: started.map(({ executionId, workflow }, index) => ({
      delivery: ids[index]!,
      executionId,
      workflow: workflow.key,
    })),
  }
}

async function workflowOf(
  app: App,
  { principal }: Caller,
  key: string,
  version: 'live' | 'draft',
  path: string,
): Promise<LiveWorkflow> {
  if (version === 'live') {
    const workflow = app.registry.current().workflows.get(key)
    if (workflow?.live?.definition.trigger.type === 'webhook') return workflow
    throw new AppError('conflict', `The workflow "${key}" has no live version with a webhook.`, { path })
  }
  const row = await findWorkflow(app.client.db, key)
  if (row?.draft.trigger.type !== 'webhook')
    throw new AppError('conflict', `The draft of "${key}" has no webhook.`, { path })
  const { id, title, enabled, draft: definition } = row
  const versionId = await app.client.transaction((trx) =>
    keepDraft(trx, {
      id: newId(),
      workflowId: id,
      definition,
      hash: hashDefinition(definition),
      createdBy: principal.userId,
    }),
  )
  return { id, key, title, enabled, live: { versionId, version: 0, definition } }
}
