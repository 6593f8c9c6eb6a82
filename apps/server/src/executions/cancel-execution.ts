import { cancelExecution as cancelRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type executionId, getExecution } from './get-execution.ts'
import type { executionSchema } from './schemas.ts'

/** Ends an execution that isn't over, with its waits and tasks. @throws AppError forbidden, not_found, conflict when it is over */
export async function cancelExecution(
  app: App,
  caller: Caller,
  { id }: z.infer<typeof executionId>,
): Promise<z.infer<typeof executionSchema>> {
  requirePermission(app, caller.principal, 'workflows.run')
  const canceled = await app.client.db.transaction().execute(async (trx) => {
    const ended = await cancelRow(trx, id)
    if (ended) await recordAudit(app, caller, { action: 'executions.cancel', target: id }, trx)
    return ended
  })
  app.runs.nudgeAll()
  const execution = await getExecution(app, caller, { id })
  if (!canceled) throw new AppError('conflict', `The execution is over: ${execution.status}.`)
  return execution
}
