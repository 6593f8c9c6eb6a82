import { upsertVariable, type VariableRow } from '@ensue/db'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

export const variableName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'A variable name starts with a letter or _ and holds letters, digits and _.')
export const setVariableInput = z.object({ name: variableName, value: z.string().max(32_768) })
export const variableSchema = z.object({ name: z.string(), value: z.string(), updatedAt: z.string() })

/** Creates or replaces a variable; executions that start from now on see it. */
export async function setVariable(
  app: App,
  caller: Caller,
  input: z.infer<typeof setVariableInput>,
): Promise<VariableRow> {
  requirePermission(app, caller.principal, 'workflows.edit')
  const row = await app.client.db.transaction().execute(async (trx) => {
    await recordAudit(app, caller, { action: 'variables.set', target: input.name }, trx)
    return upsertVariable(trx, input.name, input.value)
  })
  await app.registry.refresh()
  return row
}
