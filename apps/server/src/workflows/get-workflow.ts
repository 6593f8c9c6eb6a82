import { findWorkflow } from '@ensue/db'
import { validateDefinition } from '@ensue/engine'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type workflowDetails, workflowKey } from './schemas.ts'
import { found, toWorkflow } from './to-workflow.ts'
import { validationEnv } from './validation-env.ts'

export const getWorkflowInput = z.object({ key: workflowKey })

/** @throws AppError forbidden, not_found */
export async function getWorkflow(
  app: App,
  caller: Caller,
  { key }: z.infer<typeof getWorkflowInput>,
): Promise<z.infer<typeof workflowDetails>> {
  requirePermission(app, caller.principal, 'workflows.view')
  const row = found(await findWorkflow(app.client.db, key), key)
  const { problems } = validateDefinition(row.draft, validationEnv(app.registry.current()))
  return {
    ...(await toWorkflow(app.client.db, row)),
    draft: row.draft,
    problems,
    webhookPath: row.draft.trigger.type === 'webhook' ? `/api/webhooks/${key}` : null,
  }
}
