import { listSchedules as listRows } from '@ensue/db'
import type { ScheduleConfig } from '@ensue/engine'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { describeSchedule } from './describe-schedule.ts'

export const scheduleSchema = z.object({
  workflow: z.string(),
  title: z.string(),
  enabled: z.boolean(),
  /** The config in words. */
  words: z.string(),
  timeZone: z.string(),
  /** It fires by the dates of records. */
  byRecord: z.boolean(),
  /** Null while disabled, and when there is none any more. For a date field: of the earliest record. */
  nextFireAt: z.string().nullable(),
  lastFireAt: z.string().nullable(),
  /** How often it has fired. */
  runs: z.number(),
  /** When its end or its most runs was reached. */
  finishedAt: z.string().nullable(),
})

/** The schedules of all deployed workflows, those first that fire next. @throws AppError forbidden */
export async function listSchedules(
  app: App,
  caller: Caller,
): Promise<{ data: z.infer<typeof scheduleSchema>[]; meta: { total: number } }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const rows = await listRows(app.client.db)
  const data = rows.map(({ config, ...row }) => {
    const schedule = config as unknown as ScheduleConfig
    return { ...row, words: describeSchedule(schedule), timeZone: schedule.timeZone ?? 'UTC' }
  })
  return { data, meta: { total: data.length } }
}
