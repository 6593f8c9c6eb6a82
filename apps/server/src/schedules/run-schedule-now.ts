import { databaseNow, findRecord } from '@ensue/db'
import { type ScheduleConfig, scheduleTrigger } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { workflowKey } from '../workflows/schemas.ts'

export const runScheduleNowInput = z.object({
  workflow: workflowKey,
  /** The id of the record, for a schedule of a date field. */
  record: z.union([z.string(), z.number()]).optional(),
})

/** `message` says why it was skipped. */
export const scheduleRun = z.object({
  executionId: z.string(),
  status: z.enum(['queued', 'skipped']),
  message: z.string().optional(),
})

/** Starts a scheduled workflow at once, beside its schedule: it counts as no run of it. The workflow may be disabled.
 *  @throws AppError forbidden, not_found, trigger_invalid, invalid_input */
export async function runScheduleNow(
  app: App,
  caller: Caller,
  { workflow: key, record }: z.infer<typeof runScheduleNowInput>,
): Promise<z.infer<typeof scheduleRun>> {
  const { principal } = caller
  requirePermission(app, principal, 'workflows.run')
  const { workflows } = app.registry.current()
  const workflow = workflows.get(key)
  if (!workflow) throw new AppError('not_found', `There is no workflow "${key}".`, { path: 'workflow' })
  const trigger = workflow.live?.definition.trigger
  if (trigger?.type !== 'schedule')
    throw new AppError('trigger_invalid', `The workflow "${key}" has no schedule that is deployed.`, {
      path: 'workflow',
    })
  const { dateField } = scheduleTrigger.config.parse(trigger.config) as ScheduleConfig
  const data = dateField && (await readRecord(app, caller, dateField.collection, record))
  const now = await databaseNow(app.client.db)
  const context = { scheduledAt: now, firedAt: now, number: null, user: null, role: null, ...(data ? { data } : {}) }
  const start = { workflow, triggerType: 'schedule', context }
  const { executionId, skipped } = await app.client.transaction(async (trx) => {
    const [started] = await app.runs.insert(trx, [start])
    const details = { executionId: started!.executionId }
    await recordAudit(app, caller, { action: 'schedules.runNow', target: key, details }, trx)
    return started!
  })
  return { executionId, ...(skipped ? { status: 'skipped', message: skipped.message } : { status: 'queued' }) }
}

async function readRecord(
  app: App,
  { principal }: Caller,
  name: string,
  id: string | number | undefined,
): Promise<JsonObject> {
  requirePermission(app, principal, { collection: name, action: 'get' })
  if (id === undefined) throw new AppError('invalid_input', `Say for which record of "${name}".`, { path: 'record' })
  const found = await findRecord(app.client.db, app.registry.current().collections.get(name), { id })
  if (!found) throw new AppError('not_found', `There is no record ${id} in "${name}".`, { path: 'record' })
  return found
}
