import { type Problem, validateDefinition } from '@ensue/engine'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { workflowKey } from './schemas.ts'
import { validationEnv } from './validation-env.ts'

export const validateWorkflowInput = z.object({ key: workflowKey.optional(), definition: z.unknown() })

/** Every problem of a definition; nothing is saved. */
export async function validateWorkflow(
  app: App,
  caller: Caller,
  input: z.infer<typeof validateWorkflowInput>,
): Promise<{ problems: Problem[] }> {
  requirePermission(app, caller.principal, 'workflows.edit')
  const { problems } = validateDefinition(input.definition, validationEnv(app.registry.current()))
  return { problems }
}
