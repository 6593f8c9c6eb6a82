import { AppError } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type ActionCall, type ActionReply, isReadAction } from './action.ts'
import { checkRights, triggerTarget } from './check-rights.ts'
import { type NamedWorkflow, parseTriggerWorkflows } from './parse-trigger-workflows.ts'
import { planRuns } from './plan-runs.ts'
import { readRecords } from './read-records.ts'
import { type ResolvedTrigger, resolveTriggers } from './resolve-triggers.ts'
import { failureOf, finishRuns, type Placed, placeRuns } from './start-runs.ts'
import { writeRecords } from './write-records.ts'

/** Every action on records, from REST, tRPC and SDK alike. The data change, the executions that it triggers and their jobs
 *  commit in one transaction; nothing is written when a named workflow can't be triggered.
 *  @throws AppError forbidden, not_found, invalid_input, conflict, trigger_invalid, workflow_failed */
export async function performAction(app: App, caller: Caller, call: ActionCall): Promise<ActionReply> {
  if (isReadAction(call.action)) return readRecords(app, caller, call)
  const named = parseTriggerWorkflows(call.triggerWorkflows)
  if (call.action === 'trigger' && named.length === 0)
    throw new AppError('trigger_invalid', 'Say which workflows to trigger.', { path: 'triggerWorkflows' })
  if (named.length > 0) requirePermission(app, caller.principal, 'workflows.run')
  const known = app.registry.current()
  const knownTriggers = prepare(app, caller, known, call, named)

  const { data, placed } = await app.client.db.transaction().execute(async (trx) => {
    // A write must not miss a field or a workflow that another process has just made.
    const snapshot = await currentSnapshot(app, trx)
    const triggers = snapshot === known ? knownTriggers : prepare(app, caller, snapshot, call, named)
    const { data, touched } = await writeRecords(trx, snapshot, caller, call, triggers)
    const planned = await planRuns(trx, snapshot, caller, call, triggers, touched)
    const placed: Placed[] = planned.length === 0 ? [] : await placeRuns(app, trx, planned)
    return { data, placed }
  })

  const triggered = await finishRuns(app, placed)
  const failure = call.failOnWorkflow ? failureOf(triggered, { data, triggered }) : undefined
  if (failure) throw failure
  return { data, triggered }
}

/** What must hold before anything is written. */
function prepare(
  app: App,
  caller: Caller,
  snapshot: Snapshot,
  call: ActionCall,
  named: NamedWorkflow[],
): ResolvedTrigger[] {
  checkRights(app, caller.principal, snapshot, call)
  return resolveTriggers(snapshot, triggerTarget(snapshot, call), named, call.onInvalidTrigger)
}
