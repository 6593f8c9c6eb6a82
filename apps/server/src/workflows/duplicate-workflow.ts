import { findWorkflow } from '@ensue/db'
import type { Problem } from '@ensue/engine'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { createWorkflow } from './create-workflow.ts'
import { newWorkflowKey, titleSchema, workflowKey, type workflowSchema } from './schemas.ts'
import { found } from './to-workflow.ts'

export const duplicateWorkflowInput = z.object({
  key: workflowKey,
  newKey: newWorkflowKey.optional(),
  title: titleSchema.optional(),
})

/** A new workflow with the draft of another. @throws AppError forbidden, not_found, conflict */
export async function duplicateWorkflow(
  app: App,
  caller: Caller,
  { key, newKey, title }: z.infer<typeof duplicateWorkflowInput>,
): Promise<z.infer<typeof workflowSchema> & { problems: Problem[] }> {
  const row = found(await findWorkflow(app.client.db, key), key)
  return createWorkflow(app, caller, {
    ...(newKey ? { key: newKey } : {}),
    title: title ?? `${row.title} (copy)`,
    description: row.description,
    definition: row.draft,
  })
}
