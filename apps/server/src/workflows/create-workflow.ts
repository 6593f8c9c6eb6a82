import { insertWorkflow } from '@ensue/db'
import type { Problem } from '@ensue/engine'
import { AppError, newId, newKey } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { hashDefinition } from './hash-definition.ts'
import { readDefinition } from './read-definition.ts'
import { requireCode } from './require-code.ts'
import { descriptionSchema, newWorkflowKey, titleSchema, type workflowSchema } from './schemas.ts'
import { toWorkflow } from './to-workflow.ts'

export const createWorkflowInput = z.object({
  key: newWorkflowKey.optional(),
  title: titleSchema,
  description: descriptionSchema.optional(),
  definition: z.unknown(),
})

/** Stores a draft; it may have problems.
 *  @throws AppError forbidden, invalid_input, conflict when the key is taken */
export async function createWorkflow(
  app: App,
  caller: Caller,
  { key = newKey(), title, description = null, definition: document }: z.infer<typeof createWorkflowInput>,
): Promise<z.infer<typeof workflowSchema> & { problems: Problem[] }> {
  requirePermission(app, caller.principal, 'workflows.edit')
  const { definition, problems } = readDefinition(app, document)
  requireCode(app, caller.principal, definition)
  const { db } = app.client
  const row = await db.transaction().execute(async (trx) => {
    const inserted = await insertWorkflow(trx, {
      id: newId(),
      key,
      title,
      description,
      draft: definition,
      draftHash: hashDefinition(definition),
      createdBy: caller.principal.userId,
    })
    if (!inserted) throw new AppError('conflict', `There is already a workflow "${key}".`, { path: 'key' })
    await recordAudit(app, caller, { action: 'workflows.create', target: key }, trx)
    return inserted
  })
  await app.registry.refresh()
  return { ...(await toWorkflow(db, row)), problems }
}
