import { AppError, type ErrorItem } from '@ensue/engine/core'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import type { ActionCall, ActionName } from './action.ts'
import {
  type ActionConfig,
  actionConfigOf,
  globalWorkflows,
  type ManualConfig,
  manualConfigOf,
} from './action-trigger-config.ts'
import { type AssociationPath, findAssociationPath } from './association-path.ts'
import type { NamedWorkflow } from './parse-trigger-workflows.ts'

/** A workflow that a call starts unless its condition says no. */
export interface ResolvedTrigger {
  workflow: LiveWorkflow
  /** The call names it; a global one runs unasked. */
  named: boolean
  trigger: { type: 'action'; config: ActionConfig } | { type: 'manual'; config: ManualConfig }
  /** Leads from the record to what is handed over; absent: the record itself. */
  association?: AssociationPath
}

/** What an action works on: a collection by name, its records as `action` leaves them. Null: nothing. */
export interface ActionTarget {
  collection: string | null
  action: ActionName
}

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
    for (const workflow of globalWorkflows(snapshot, target.collection, target.action))
      triggers.push({ workflow, named: false, trigger: { type: 'action', config: actionConfigOf(workflow)! } })
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
  if (type === 'manual' && target.action === 'trigger') return resolveManual(target, workflow, key, association)
  const config = actionConfigOf(workflow)
  if (!config) return `The workflow "${key}" is started by "${type}", not by an action.`
  if (target.collection === null)
    return `The workflow "${key}" works on "${config.collection}"; call its trigger action.`
  if (config.mode === 'global')
    return `The workflow "${key}" is global: it runs on every ${config.actions.join(' and ')} of "${config.collection}" without being named.`
  const path =
    association === undefined ? undefined : findAssociationPath(snapshot.collections, target.collection, association)
  if (typeof path === 'string') return `The workflow "${key}" can't get "${association}": ${path}`
  const given = path?.target ?? target.collection
  if (given !== config.collection)
    return `The workflow "${key}" works on "${config.collection}", but would get a record of "${given}".`
  return { workflow, named: true, trigger: { type: 'action', config }, ...(path ? { association: path } : {}) }
}

function resolveManual(
  target: ActionTarget,
  workflow: LiveWorkflow,
  key: string,
  association: string | undefined,
): ResolvedTrigger | string {
  const config = manualConfigOf(workflow)
  if (!config) return `The trigger of the workflow "${key}" can't be read; deploy it again.`
  if (association !== undefined) return `The workflow "${key}" is a custom action, which takes no association.`
  const wanted = config.records === 'none' ? null : (config.collection ?? null)
  if (wanted !== target.collection) {
    const needs = wanted === null ? 'no records' : `records of "${wanted}"`
    return `The workflow "${key}" works on ${needs}, but the call is on ${target.collection === null ? 'nothing' : `"${target.collection}"`}.`
  }
  return { workflow, named: true, trigger: { type: 'manual', config } }
}
