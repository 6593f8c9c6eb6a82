import { findVersion, findWorkflow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { definitionOutput, workflowKey } from '../workflows/schemas.ts'
import { found } from '../workflows/to-workflow.ts'
import { versionSchema } from './list-versions.ts'

export const getVersionInput = z.object({ workflow: workflowKey, number: z.int().min(1) })
export const versionDetails = versionSchema.extend({ definition: definitionOutput })

/** @throws AppError forbidden, not_found */
export async function getVersion(
  app: App,
  caller: Caller,
  { workflow, number }: z.infer<typeof getVersionInput>,
): Promise<z.infer<typeof versionDetails>> {
  requirePermission(app, caller.principal, 'workflows.view')
  const row = found(await findWorkflow(app.client.db, workflow), workflow)
  const version = await findVersion(app.client.db, row.id, number)
  if (!version)
    throw new AppError('not_found', `The workflow "${workflow}" has no version ${number}.`, { path: 'number' })
  const { workflowId: _, ...rest } = version
  return { ...rest, live: number === row.liveVersion }
}
