import { INTERCEPTED_ACTIONS } from '@ensue/engine'
import { AppError, type ErrorItem } from '@ensue/engine/core'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import type { ActionCall, ActionName } from './action.ts'
import {
  type ActionTriggerConfig,
  actionTriggerOf,
  globalWorkflows,
  type ManualConfig,
} from './action-trigger-config.ts'
import { type AssociationPath, findAssociationPath } from './association-path.ts'
import type { NamedWorkflow } from './parse-trigger-workflows.ts'

/** A workflow that a call starts unless its condition says no. */
export interface ResolvedTrigger {
  workflow: LiveWorkflow
  /** The call names it; a global one runs unasked. */
  named: boolean
  trigger: ActionTriggerConfig
  /** Leads from the record to what is handed over; absent: the record itself. */
  association?: AssociationPath
}

/** What an action works on: a collection by name, its records as `action` leaves them. Null: nothing. */
export interface ActionTarget {
  collection: string | null
  action: ActionName
}

const ACTION_TRIGGERS = new Set(['action', 'beforeAction', 'manual'])

/** The workflows of a call: those it names, in that order, then the global ones of the action.
 *  @throws AppError trigger_invalid with an item for each that can't be triggered, unless they are to be ignored */
export function resolveTriggers(
  snapshot: Snapshot,
  target: ActionTarget,
  named: readonly NamedWorkflow[],
  onInvalid: ActionCall['onInvalidTrigger'] = 'refuse',
): ResolvedTrigger[] {
  const triggers: ResolvedTrigger[] = []
  const faults: ErrorItem[] = []
  for (const name of named) {
    const resolved = resolveNamed(snapshot, target, name)
    if (typeof resolved !== 'string') triggers.push(resolved)
    else faults.push({ code: 'trigger_invalid', message: resolved, path: 'triggerWorkflows' })
  }
  if (faults.length > 0 && onInvalid === 'refuse')
    throw new AppError('trigger_invalid', faults[0]!.message, { path: 'triggerWorkflows', items: faults })
  if (target.collection !== null)
    for (const { workflow, trigger } of globalWorkflows(snapshot, target.collection, target.action))
      triggers.push({ workflow, named: false, trigger })
  return triggers
}

/** The trigger, or the sentence that says why it can't be. Also tells whether a button can be bound to a workflow. */
export function resolveNamed(
  snapshot: Snapshot,
  target: ActionTarget,
  { key, association }: NamedWorkflow,
): ResolvedTrigger | string {
  const workflow = snapshot.workflows.get(key)
  if (!workflow) return `There is no workflow "${key}".`
  if (!workflow.live) return `The workflow "${key}" was never deployed.`
  if (!workflow.enabled) return `The workflow "${key}" is disabled.`
  const { type } = workflow.live.definition.trigger
  const trigger = actionTriggerOf(workflow)
  if (!trigger)
    return ACTION_TRIGGERS.has(type)
      ? `The trigger of the workflow "${key}" can't be read; deploy it again.`
      : `The workflow "${key}" is started by "${type}", not by an action.`
  if (trigger.type === 'manual')
    return target.action === 'trigger'
      ? resolveManual(target, workflow, key, association, trigger.config)
      : `The workflow "${key}" is a custom action; start it with the trigger action.`
  const { config } = trigger
  if (target.collection === null)
    return `The workflow "${key}" works on "${config.collection}"; call its trigger action.`
  if (config.mode === 'global')
    return `The workflow "${key}" is global: it runs on every ${config.actions.join(' and ')} of "${config.collection}" without being named.`
  if (trigger.type === 'beforeAction') {
    if (association !== undefined)
      return `The workflow "${key}" runs before the action, when there are no records to hand over yet.`
    if (!(INTERCEPTED_ACTIONS as readonly string[]).includes(target.action))
      return `The workflow "${key}" runs before records are written; "${target.action}" writes none.`
  }
  const path =
    association === undefined ? undefined : findAssociationPath(snapshot.collections, target.collection, association)
  if (typeof path === 'string') return `The workflow "${key}" can't get "${association}": ${path}`
  const given = path?.target ?? target.collection
  if (given !== config.collection)
    return `The workflow "${key}" works on "${config.collection}", but would get a record of "${given}".`
  return { workflow, named: true, trigger, ...(path ? { association: path } : {}) }
}

function resolveManual(
  target: ActionTarget,
  workflow: LiveWorkflow,
  key: string,
  association: string | undefined,
  config: ManualConfig,
): ResolvedTrigger | string {
  if (association !== undefined) return `The workflow "${key}" is a custom action, which takes no association.`
  const wanted = config.records === 'none' ? null : (config.collection ?? null)
  if (wanted !== target.collection) {
    const needs = wanted === null ? 'no records' : `records of "${wanted}"`
    return `The workflow "${key}" works on ${needs}, but the call is on ${target.collection === null ? 'nothing' : `"${target.collection}"`}.`
  }
  return { workflow, named: true, trigger: { type: 'manual', config } }
}
