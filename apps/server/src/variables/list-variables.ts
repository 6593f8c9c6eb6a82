import { listVariables as listVariableRows, type VariableRow } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** What workflows read as `{{$env.NAME}}`. */
export async function listVariables(app: App, caller: Caller): Promise<VariableRow[]> {
  requirePermission(app, caller.principal, 'workflows.edit')
  return listVariableRows(app.client.db)
}
