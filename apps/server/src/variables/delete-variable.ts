import { deleteVariable as deleteVariableRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** @throws AppError not_found */
export async function deleteVariable(app: App, caller: Caller, input: { name: string }): Promise<null> {
  requirePermission(app, caller.principal, 'workflows.edit')
  await app.client.db.transaction().execute(async (trx) => {
    if (!(await deleteVariableRow(trx, input.name)))
      throw new AppError('not_found', `There is no variable "${input.name}".`, { path: 'name' })
    await recordAudit(app, caller, { action: 'variables.delete', target: input.name }, trx)
  })
  await app.registry.refresh()
  return null
}
