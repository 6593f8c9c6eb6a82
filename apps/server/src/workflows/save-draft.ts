import { updateWorkflow } from '@ensue/db'
import type { Problem } from '@ensue/engine'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { hashDefinition } from './hash-definition.ts'
import { readDefinition } from './read-definition.ts'
import { requireCode } from './require-code.ts'
import { workflowKey } from './schemas.ts'
import { found } from './to-workflow.ts'

export const saveDraftInput = z.object({ key: workflowKey, definition: z.unknown() })

/** Replaces the draft; what is live goes on as it is. @throws AppError forbidden, not_found, invalid_input */
export async function saveDraft(
  app: App,
  caller: Caller,
  { key, definition: document }: z.infer<typeof saveDraftInput>,
): Promise<{ problems: Problem[] }> {
  requirePermission(app, caller.principal, 'workflows.edit')
  const { definition, problems } = readDefinition(app, document)
  requireCode(app, caller.principal, definition)
  found(await updateWorkflow(app.client.db, key, { draft: definition, draftHash: hashDefinition(definition) }), key)
  return { problems }
}
