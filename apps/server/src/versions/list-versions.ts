import { findWorkflow, listVersions as listRows } from '@ensue/db'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { workflowKey } from '../workflows/schemas.ts'
import { found } from '../workflows/to-workflow.ts'

export const versionSchema = z.object({
  id: z.string(),
  number: z.number(),
  hash: z.string(),
  note: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: z.string(),
  live: z.boolean(),
})

export const listVersionsInput = z.object({ workflow: workflowKey })

/** Newest first. @throws AppError forbidden, not_found */
export async function listVersions(
  app: App,
  caller: Caller,
  { workflow }: z.infer<typeof listVersionsInput>,
): Promise<z.infer<typeof versionSchema>[]> {
  requirePermission(app, caller.principal, 'workflows.view')
  const row = found(await findWorkflow(app.client.db, workflow), workflow)
  const versions = await listRows(app.client.db, row.id)
  return versions.map(({ workflowId: _, ...version }) => ({ ...version, live: version.number === row.liveVersion }))
}
