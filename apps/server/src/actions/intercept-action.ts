import type { Trx } from '@ensue/db'
import { AppError, isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'
import type { App, Caller } from '../context.ts'
import type { RunReport } from '../executions/runs.ts'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import type { ActionCall, Triggered } from './action.ts'
import { triggerTarget } from './check-rights.ts'
import { withoutHidden } from './hidden-fields.ts'
import { sharedContext } from './plan-runs.ts'
import type { ResolvedTrigger } from './resolve-triggers.ts'
import { failureMessage, toTriggered } from './start-runs.ts'

export interface Intercepted {
  /** The call with the values that are to be written. */
  call: ActionCall
  triggered: Triggered[]
}

/** Runs the workflows that come before an action, in its transaction, one after the other: each sees the values that the one before
 *  has left. A list of new records takes one run for each of them; everything else one run for the call.
 *  @throws AppError `rejected` by an End node with failure, `workflow_failed`: the transaction must roll back */
export async function interceptAction(
  app: App,
  trx: Trx,
  snapshot: Snapshot,
  caller: Caller,
  call: ActionCall,
  triggers: readonly ResolvedTrigger[],
): Promise<Intercepted> {
  const interceptors = triggers.filter(({ trigger }) => trigger.type === 'beforeAction')
  if (interceptors.length === 0) return { call, triggered: [] }
  const { collection } = triggerTarget(snapshot, call)
  const shared = sharedContext(snapshot, caller, call)
  const triggered: Triggered[] = []

  async function intercept(workflow: LiveWorkflow, values: Json | undefined, path: string): Promise<JsonObject> {
    const params: JsonObject = { ...(shared.params as JsonObject) }
    if (values !== undefined && collection !== null)
      params.values = withoutHidden(snapshot.collections, collection, values)
    const context = { ...shared, params }
    const report = await app.runs.runInTransaction(trx, { workflow, triggerType: 'beforeAction', context })
    if (report.status !== 'succeeded') throw refusalOf(workflow, report, path)
    triggered.push(toTriggered(workflow.key, report))
    return report.values ?? {}
  }

  let { values } = call
  for (const { workflow } of interceptors)
    if (Array.isArray(values)) {
      const changed: Json[] = []
      for (const [index, item] of values.entries()) {
        const set = await intercept(workflow, item, `values.${index}`)
        changed.push(isJsonObject(item) ? { ...item, ...set } : item)
      }
      values = changed
    } else {
      const set = await intercept(workflow, values, 'values')
      if (call.action !== 'destroy') values = { ...values, ...set }
    }
  return { call: values === undefined ? call : { ...call, values }, triggered }
}

function refusalOf(workflow: LiveWorkflow, report: RunReport, path: string): AppError {
  const triggered = { ...toTriggered(workflow.key, report), executionId: null }
  const code = report.error?.code === 'ended_in_failure' ? 'rejected' : 'workflow_failed'
  // The execution is rolled back with the action, so its id would lead nowhere.
  return new AppError(code, failureMessage(triggered), { path, details: { triggered: [triggered] } })
}
