import { updateWorkflow as updateRow } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { descriptionSchema, titleSchema, workflowKey, type workflowSchema } from './schemas.ts'
import { found, toWorkflow } from './to-workflow.ts'

export const updateWorkflowInput = z.object({
  key: workflowKey,
  title: titleSchema.optional(),
  description: descriptionSchema.optional(),
  tags: z.array(z.string().trim().min(1).max(64)).max(32).optional(),
})

/** Changes what is not part of the definition. @throws AppError forbidden, not_found */
export async function updateWorkflow(
  app: App,
  caller: Caller,
  { key, title, description, tags }: z.infer<typeof updateWorkflowInput>,
): Promise<z.infer<typeof workflowSchema>> {
  requirePermission(app, caller.principal, 'workflows.edit')
  const row = await updateRow(app.client.db, key, {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
  })
  return toWorkflow(app.client.db, found(row, key))
}
