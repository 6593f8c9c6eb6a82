import { findWorkflow, keepDraft } from '@ensue/db'
import { AppError, newId } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { hashDefinition } from './hash-definition.ts'
import { readDefinition } from './read-definition.ts'
import { requireCode } from './require-code.ts'
import { workflowKey } from './schemas.ts'
import { found } from './to-workflow.ts'

export const debugWorkflowInput = z.object({
  key: workflowKey,
  /** The saved draft when left out. */
  definition: z.unknown().optional(),
  /** What `$context` holds; see `workflows.debugInput` for one to start from. */
  context: z.record(z.string(), z.json()).default({}),
})

export const debugWorkflowOutput = z.object({ executionId: z.string(), status: z.string() })

/** Runs a draft with a context of the builder's, deployed and enabled or not. The run is marked: lists and figures leave it
 *  out, and it starts no other workflow.
 *  @throws AppError forbidden, not_found, definition_invalid with `problems` */
export async function debugWorkflow(
  app: App,
  caller: Caller,
  { key, definition: given, context }: z.infer<typeof debugWorkflowInput>,
): Promise<z.infer<typeof debugWorkflowOutput>> {
  const { principal } = caller
  requirePermission(app, principal, 'workflows.edit')
  requirePermission(app, principal, 'workflows.run')
  const row = found(await findWorkflow(app.client.db, key), key)
  const { definition, problems } = readDefinition(app, given ?? row.draft)
  requireCode(app, principal, definition)
  if (problems.length > 0)
    throw new AppError('definition_invalid', `The draft cannot be run: ${problems[0]!.message}`, {
      path: `definition.${problems[0]!.path}`,
      details: { problems },
    })
  const versionId = await app.client.transaction((trx) =>
    keepDraft(trx, {
      id: newId(),
      workflowId: row.id,
      definition,
      hash: hashDefinition(definition),
      createdBy: principal.userId,
    }),
  )
  const workflow = {
    id: row.id,
    key,
    title: row.title,
    enabled: row.enabled,
    live: { versionId, version: 0, definition },
  }
  const start = { workflow, triggerType: definition.trigger.type, context, debug: true }
  if (!definition.sync) {
    const { executionId } = await app.runs.enqueue(start)
    return { executionId, status: 'queued' }
  }
  const { executionId, status } = await app.runs.runDirect(start, app.config.syncDeadlineMs)
  return { executionId, status }
}
