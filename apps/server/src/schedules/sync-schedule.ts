import {
  armRecords,
  databaseNow,
  deleteSchedule,
  disarmRecords,
  findVersion,
  findWorkflow,
  listSchedulesOf,
  lockSchedule,
  putSchedule,
  type ScheduleRow,
  type Trx,
  unwatchRecords,
  watchRecords,
} from '@ensue/db'
import { compileSchedule, type ScheduleConfig, scheduleTrigger } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import { hashDefinition } from '../workflows/hash-definition.ts'

/** Brings the schedule of a workflow in line with its live version and its switch, in the transaction that changes either.
 *  A schedule that fires at the same times as before goes on where it is. */
export async function syncSchedule(app: App, trx: Trx, key: string): Promise<void> {
  const workflow = await findWorkflow(trx, key)
  if (!workflow) return
  const version = workflow.liveVersion === null ? undefined : await findVersion(trx, workflow.id, workflow.liveVersion)
  const trigger = version?.definition.trigger
  const before = await lockSchedule(trx, workflow.id)
  if (!version || trigger?.type !== 'schedule') {
    if (before) await removeSchedule(app, trx, before)
    return
  }
  const config = scheduleTrigger.config.parse(trigger.config) as ScheduleConfig
  const same = before !== undefined && timing(before.config) === timing(config)
  const runs = same ? before.runs : 0
  const active = workflow.enabled && (config.maxRuns === undefined || runs < config.maxRuns)
  const goesOn = same && active && before.active
  const since = goesOn ? before.since : await databaseNow(trx)
  const next = goesOn ? before.nextFireAt : active ? nextFire(config, since) : null
  const isOver = workflow.enabled && (!active || (next === null && !config.dateField))
  const row: ScheduleRow = {
    workflowId: workflow.id,
    versionId: version.id,
    config: config as JsonObject,
    active: active && !isOver,
    byRecord: config.dateField !== undefined,
    since,
    nextFireAt: next,
    dueAt: goesOn ? before.dueAt : next,
    runs,
    lastFireAt: same ? before.lastFireAt : null,
    missedUntil: goesOn ? before.missedUntil : null,
    finishedAt: isOver ? (before?.finishedAt ?? since) : null,
  }
  await putSchedule(trx, row)
  if (goesOn) return
  await disarmRecords(trx, workflow.id)
  // While it is only switched off the table keeps its trigger, which then does nothing: taking it away waits for all readers.
  if (before && watched(before) !== watched(row)) await stopWatching(app, trx, before)
  if (row.active) await startWatching(app, trx, row)
}

/** Takes a schedule away, before its workflow is deleted too. */
export async function removeSchedule(app: App, trx: Trx, { workflowId }: { workflowId: string }): Promise<void> {
  const row = await lockSchedule(trx, workflowId)
  if (!row) return
  await stopWatching(app, trx, row)
  await disarmRecords(trx, workflowId)
  await deleteSchedule(trx, workflowId)
}

/** After a collection was made or changed: its table may be another, or have the field anew. */
export async function watchCollectionAgain(app: App, trx: Trx, name: string): Promise<void> {
  for (const row of await listSchedulesOf(trx, name))
    if (row.active) await startWatching(app, trx, { ...row, since: await databaseNow(trx) })
}

/** What decides when it fires, as text. */
function timing(config: JsonObject | ScheduleConfig): string {
  const { maxRuns: _, missed: __, overlap: ___, ...rest } = config
  return hashDefinition(rest)
}

/** The table whose dates it follows. */
function watched({ config }: Pick<ScheduleRow, 'config'>): string | undefined {
  return (config as ScheduleConfig).dateField?.collection
}

function nextFire(config: ScheduleConfig, after: string): string | null {
  const next = compileSchedule(config)(Date.parse(after))
  return next === null ? null : new Date(next).toISOString()
}

async function startWatching(app: App, trx: Trx, row: ScheduleRow): Promise<void> {
  const { dateField } = row.config as ScheduleConfig
  if (!dateField) return
  const collection = (await currentSnapshot(app, trx)).collections.find(dateField.collection)
  if (!collection?.columns.has(dateField.field) || collection.readOnly) return
  await watchRecords(trx, collection, dateField.field, row.workflowId)
  const { workflowId, since } = row
  const { offsetMs = 0, repeat } = dateField
  await armRecords(trx, collection, dateField.field, { workflowId, since, offsetMs, repeats: repeat !== undefined })
}

async function stopWatching(app: App, trx: Trx, { workflowId, config }: ScheduleRow): Promise<void> {
  const { dateField } = config as ScheduleConfig
  if (!dateField) return
  const collection = (await currentSnapshot(app, trx)).collections.find(dateField.collection)
  if (collection) await unwatchRecords(trx, collection, workflowId)
}
