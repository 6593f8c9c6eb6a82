import { AppError } from '@ensue/engine/core'
import { onCurrentSnapshot, readRevision, StaleSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { requirePermission } from '../roles/permissions.ts'
import { storableKey } from '../secrets/storable-key.ts'
import { type ActionCall, type ActionReply, isReadAction } from './action.ts'
import { checkRights, triggerTarget } from './check-rights.ts'
import { checkTriggerInput } from './check-trigger-input.ts'
import { interceptAction } from './intercept-action.ts'
import { type NamedWorkflow, parseTriggerWorkflows } from './parse-trigger-workflows.ts'
import { planRuns } from './plan-runs.ts'
import { readRecords } from './read-records.ts'
import { claimCall, firstReply, RepeatedCall } from './repeated-call.ts'
import { type ResolvedTrigger, resolveTriggers } from './resolve-triggers.ts'
import { failureOf, finishRuns, type Placed, placeRuns } from './start-runs.ts'
import { writeRecords } from './write-records.ts'

/** Every action on records, from REST, tRPC and SDK alike. The data change, the executions that it triggers and their jobs
 *  commit in one transaction; nothing is written when a named workflow can't be triggered.
 *  @throws AppError forbidden, not_found, invalid_input, conflict, trigger_invalid, workflow_failed */
export async function performAction(app: App, caller: Caller, asked: ActionCall): Promise<ActionReply> {
  if (isReadAction(asked.action)) return readRecords(app, caller, asked)
  const { idempotencyKey } = asked
  const call = idempotencyKey === undefined ? asked : { ...asked, idempotencyKey: storableKey(app, idempotencyKey) }
  const named = parseTriggerWorkflows(call.triggerWorkflows)
  if (call.action === 'trigger' && named.length === 0)
    throw new AppError('trigger_invalid', 'Say which workflows to trigger.', { path: 'triggerWorkflows' })

  const { data, triggered } = await onCurrentSnapshot(app, (snapshot) =>
    write(app, caller, call, named, snapshot),
  ).then(
    async ({ data, placed }) => ({ data, triggered: await finishRuns(app, placed) }),
    (error: unknown) => {
      if (error instanceof RepeatedCall) return firstReply(app, caller, call)
      throw error
    },
  )
  const failure = call.failOnWorkflow ? failureOf(triggered, { data, triggered }) : undefined
  if (failure) throw failure
  return { data, triggered }
}

interface Committed {
  data: ActionReply['data']
  placed: Placed[]
}

/** @throws StaleSnapshot when the registry has changed since the snapshot: nothing is written */
async function write(
  app: App,
  caller: Caller,
  call: ActionCall,
  named: NamedWorkflow[],
  snapshot: Snapshot,
): Promise<Committed> {
  checkRights(app, caller.principal, snapshot, call)
  if (named.length > 0) requirePermission(app, caller.principal, 'workflows.run')
  const triggers = resolveTriggers(snapshot, triggerTarget(snapshot, call), named, call.onInvalidTrigger)
  checkTriggerInput(call, triggers)
  const begin = canShare(call, triggers) ? app.client.sharedTransaction : app.client.transaction
  return begin(async (trx) => {
    // Sent ahead of the first write and answered together with it: being current costs no round trip.
    const revision = readRevision(trx)
    const keep = await claimCall(app, trx, caller, call)
    const intercepted = await interceptAction(app, trx, snapshot, caller, call, triggers)
    const { data, touched } = await writeRecords(trx, snapshot, caller, intercepted.call, triggers)
    if ((await revision) > snapshot.revision) throw new StaleSnapshot()
    const planned = await planRuns(trx, snapshot, caller, call, triggers, touched)
    const before = intercepted.triggered.map((triggered) => ({ mode: 'transactional' as const, triggered }))
    const placed = [...before, ...(await placeRuns(app, trx, planned))]
    await keep?.({ data, triggered: placed.map(({ triggered }) => triggered) })
    return { data, placed }
  })
}

/** Whether the write may share its transaction with others: one new record, which meets none of theirs, and no run inside. */
function canShare(
  { action, association, values, idempotencyKey }: ActionCall,
  triggers: readonly ResolvedTrigger[],
): boolean {
  if (idempotencyKey !== undefined) return false
  if (action !== 'create' || association !== undefined || Array.isArray(values)) return false
  const isNested = Object.values(values ?? {}).some((value) => typeof value === 'object' && value !== null)
  return !isNested && !triggers.some(runsInside)
}

function runsInside({ trigger }: ResolvedTrigger): boolean {
  return trigger.type === 'beforeAction' || (trigger.type === 'action' && trigger.config.transactional === true)
}
