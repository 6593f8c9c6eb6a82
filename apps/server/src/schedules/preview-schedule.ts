import { databaseNow, listDates } from '@ensue/db'
import { compileSchedule, nextFires, type ScheduleConfig, scheduleTrigger, validateDefinition } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { validationEnv } from '../workflows/validation-env.ts'
import { describeSchedule } from './describe-schedule.ts'

const MAX_FIRES = 50
/** Records that a preview looks at, on either side of the present. */
const MAX_RECORDS = 200

export const previewScheduleInput = z.object({
  /** The config of a schedule trigger. */
  config: z.record(z.string(), z.json()),
  count: z.int().min(1).max(MAX_FIRES).default(10),
})

export const schedulePreview = z.object({
  /** The config in words. */
  words: z.string(),
  timeZone: z.string(),
  /** The next fires, in order; `record` is the id, for a date field. */
  fires: z.array(z.object({ at: z.string(), record: z.string().optional() })),
})

/** When a schedule would fire next, if it were live now. Of a date field: by the records there are.
 *  @throws AppError forbidden, invalid_input with everything that is wrong with the config */
export async function previewSchedule(
  app: App,
  caller: Caller,
  { config: input, count }: z.infer<typeof previewScheduleInput>,
): Promise<z.infer<typeof schedulePreview>> {
  requirePermission(app, caller.principal, 'workflows.view')
  const config = readConfig(app, input)
  if (config.dateField)
    requirePermission(app, caller.principal, { collection: config.dateField.collection, action: 'list' })
  const now = await databaseNow(app.client.db)
  const most = Math.min(count, config.maxRuns ?? count)
  const fires = config.dateField
    ? await recordFires(app, config, now, most)
    : nextFires(compileSchedule(config), Date.parse(now), most).map((at) => ({ at }))
  return {
    words: describeSchedule(config),
    timeZone: config.timeZone ?? 'UTC',
    fires: fires.map((fire) => ({ ...fire, at: new Date(fire.at).toISOString() })),
  }
}

function readConfig(app: App, input: JsonObject): ScheduleConfig {
  const definition = { trigger: { type: 'schedule', config: input } }
  const { problems } = validateDefinition(definition, validationEnv(app.registry.current()))
  if (problems.length > 0)
    throw new AppError('invalid_input', problems[0]!.message, {
      items: problems.map(({ path, message }) => ({
        code: 'invalid_input',
        message,
        path: path.replace(/^trigger\./, ''),
      })),
    })
  return scheduleTrigger.config.parse(input) as ScheduleConfig
}

async function recordFires(
  app: App,
  config: ScheduleConfig,
  now: string,
  count: number,
): Promise<{ at: number; record: string }[]> {
  const { collection: name, field, offsetMs = 0, repeat } = config.dateField!
  const collection = app.registry.current().collections.get(name)
  // A date without a time begins up to 14 hours before it does in UTC, and ends as much later.
  const from = new Date(Date.parse(now) - offsetMs - (collection.columns.get(field)?.type === 'date' ? 172_800_000 : 0))
  const read = (side: 'after' | 'before') =>
    listDates(app.client.db, collection, field, { side, instant: from.toISOString(), limit: MAX_RECORDS })
  const records = [...(await read('after')), ...(repeat ? await read('before') : [])]
  return records
    .flatMap(({ id, date }) =>
      nextFires(compileSchedule(config, date), Date.parse(now), count).map((at) => ({ at, record: id })),
    )
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
}
