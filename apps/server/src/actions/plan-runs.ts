import { type Trx, withAssociationNames } from '@ensue/db'
import { actionTrigger } from '@ensue/engine'
import { type Json, type JsonObject, toJson } from '@ensue/engine/core'
import { userOf } from '../auth/user-of.ts'
import type { Caller } from '../context.ts'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import type { ActionCall } from './action.ts'
import type { ActionConfig } from './action-trigger-config.ts'
import { triggerTarget } from './check-rights.ts'
import { withoutHidden } from './hidden-fields.ts'
import { holdsCondition } from './holds-condition.ts'
import { appendsAlong, recordsAt, withAppends } from './load-records.ts'
import type { ResolvedTrigger } from './resolve-triggers.ts'
import type { Planned } from './start-runs.ts'
import type { Touched } from './touched.ts'

/** Decides, in the action's transaction, which runs come of a call and what they get. */
export async function planRuns(
  trx: Trx,
  snapshot: Snapshot,
  caller: Caller,
  call: ActionCall,
  triggers: readonly ResolvedTrigger[],
  touched: readonly Touched[],
): Promise<Planned[]> {
  if (triggers.length === 0) return []
  const shared = sharedContext(snapshot, caller, call)
  const plans: Planned[] = []
  for (const resolved of triggers) {
    const { workflow, trigger, named } = resolved
    // Those have run already.
    if (trigger.type === 'beforeAction') continue
    if (trigger.type === 'manual') {
      plans.push(...manualRuns(resolved, trigger.config.records, shared, call, touched))
      continue
    }
    const records = await handedRecords(trx, snapshot, call, resolved, trigger.config, touched)
    const kept: Touched[] = []
    for (const record of records)
      if (await fires(trx, snapshot, call, resolved, trigger.config, record)) kept.push(record)
    const { batch, transactional } = trigger.config
    for (const { context, record } of contextsOf(batch, shared, kept))
      plans.push(runOf(resolved, context, transactional, runKey(call, resolved, record)))
    // A global workflow that has nothing to do with this record was not asked for, so it is not reported.
    if (kept.length === 0 && named) plans.push(skip(workflow, skipReason(records, resolved)))
  }
  return plans
}

function skipReason(records: readonly Touched[], { association }: ResolvedTrigger): string {
  if (records.length > 0) return 'The condition of its trigger does not hold.'
  return association ? `There is no related record at "${association.path}".` : 'The action touched no record.'
}

async function handedRecords(
  trx: Trx,
  snapshot: Snapshot,
  call: ActionCall,
  { association }: ResolvedTrigger,
  config: ActionConfig,
  touched: readonly Touched[],
): Promise<readonly Touched[]> {
  const appends = config.appends ?? []
  const wanted = association ? appendsAlong(association, appends) : appends
  const { collection } = triggerTarget(snapshot, call)
  // A destroyed record can't be read any more: its associations were loaded before.
  const loaded =
    wanted.length === 0 || collection === null || call.action === 'destroy'
      ? touched
      : await withAppends(trx, snapshot, collection, touched, wanted)
  if (!association) return loaded
  return recordsAt(
    loaded.map(({ record }) => record),
    association,
  ).map((record) => ({ record }))
}

function fires(
  trx: Trx,
  snapshot: Snapshot,
  call: ActionCall,
  { workflow, named }: ResolvedTrigger,
  config: ActionConfig,
  { record, changed }: Touched,
): boolean | Promise<boolean> {
  const { condition, ...rest } = config
  const names = changed && withAssociationNames(snapshot.collections.get(config.collection), changed)
  const facts: JsonObject = { action: call.action, named, data: record, ...(names ? { changed: names } : {}) }
  const occurrence = { type: 'action', subject: config.collection, facts }
  if (!(actionTrigger.matches?.(rest, occurrence) ?? true)) return false
  if (condition === undefined) return true
  const destroyed = call.action === 'destroy'
  return holdsCondition(trx, snapshot, workflow.key, config.collection, record, condition, destroyed)
}

/** A run's context, and the record when it is about one. */
interface RunContext {
  context: JsonObject
  record?: JsonObject
}

function contextsOf(batch: ActionConfig['batch'], shared: JsonObject, records: readonly Touched[]): RunContext[] {
  if (batch === 'each')
    return records.map((touched) => ({ context: { ...oneRecord(touched), ...shared }, record: touched.record }))
  if (records.length === 0) return []
  const [first] = records
  const context = {
    data: records.map(({ record }) => record),
    ...(first?.previous ? { previous: records.map(({ previous }) => previous ?? null) } : {}),
    ...(first?.changed ? { changed: [...new Set(records.flatMap(({ changed }) => changed ?? []))] } : {}),
    ...shared,
  }
  return [{ context }]
}

function oneRecord({ record, previous, changed }: Touched): JsonObject {
  return { data: record, ...(previous ? { previous } : {}), ...(changed ? { changed } : {}) }
}

function manualRuns(
  resolved: ResolvedTrigger,
  records: 'none' | 'one' | 'many',
  shared: JsonObject,
  call: ActionCall,
  touched: readonly Touched[],
): Planned[] {
  const input = (call.values ?? {}) as JsonObject
  const run = (data: Json, record?: JsonObject) =>
    runOf(resolved, { data, input, ...shared }, false, runKey(call, resolved, record))
  if (records === 'none') return [run(null)]
  if (touched.length === 0) return [skip(resolved.workflow, 'The action touched no record.')]
  return records === 'many'
    ? [run(touched.map(({ record }) => record))]
    : touched.map(({ record }) => run(record, record))
}

/** The call's key, told apart by what a workflow gets: it may run for several records, and for several paths. */
function runKey(
  { action, idempotencyKey }: ActionCall,
  { association }: ResolvedTrigger,
  record: JsonObject | undefined,
): { idempotencyKey?: string } {
  // Of a call that writes, the whole call is made once.
  if (idempotencyKey === undefined || action !== 'trigger') return {}
  const parts = [idempotencyKey, association?.path, record && String(record.id)]
  return { idempotencyKey: parts.filter((part) => part !== undefined).join(' ') }
}

function runOf(
  { workflow, trigger }: ResolvedTrigger,
  context: JsonObject,
  transactional: boolean | undefined,
  key: { idempotencyKey?: string },
): Planned {
  const sync = workflow.live?.definition.sync ?? false
  return {
    start: { workflow, triggerType: trigger.type, context, ...key },
    mode: !sync ? 'async' : transactional ? 'transactional' : 'sync',
  }
}

function skip({ key }: LiveWorkflow, message: string): Planned {
  return { skipped: { workflow: key, executionId: null, status: 'skipped', message } }
}

/** What all runs of a call know of it. */
export function sharedContext(snapshot: Snapshot, caller: Caller, call: ActionCall): JsonObject {
  const { principal, requestId, ip, userAgent } = caller
  const { collection } = triggerTarget(snapshot, call)
  const values =
    call.values === undefined || collection === null
      ? call.values
      : withoutHidden(snapshot.collections, collection, call.values)
  return {
    action: call.action,
    params: toJson({ id: call.id, ids: call.ids, filter: call.filter, values }),
    user: userOf(principal),
    role: principal.role,
    request: { id: requestId, ip, userAgent },
    requestId,
  }
}
