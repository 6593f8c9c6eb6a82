import { actionTrigger, beforeActionTrigger, manualTrigger } from '@ensue/engine'
import type { z } from 'zod'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import type { ActionName } from './action.ts'

export type ActionConfig = z.infer<typeof actionTrigger.config>
export type BeforeActionConfig = z.infer<typeof beforeActionTrigger.config>
export type ManualConfig = z.infer<typeof manualTrigger.config>

/** The parsed config of a trigger that actions start, with its type. */
export type ActionTriggerConfig =
  | { type: 'action'; config: ActionConfig }
  | { type: 'beforeAction'; config: BeforeActionConfig }
  | { type: 'manual'; config: ManualConfig }

const configs = new WeakMap<LiveWorkflow, ActionTriggerConfig>()
const globals = new WeakMap<Snapshot, Map<string, GlobalWorkflow[]>>()

/** Undefined for a trigger that no action starts, or a config of another time. */
export function actionTriggerOf(workflow: LiveWorkflow): ActionTriggerConfig | undefined {
  const known = configs.get(workflow)
  if (known || !workflow.live) return known
  const parsed = parse(workflow.live.definition.trigger)
  if (parsed) configs.set(workflow, parsed)
  return parsed
}

function parse({ type, config }: { type: string; config: object }): ActionTriggerConfig | undefined {
  if (type === 'action') return withType(type, actionTrigger.config.safeParse(config).data)
  if (type === 'beforeAction') return withType(type, beforeActionTrigger.config.safeParse(config).data)
  if (type === 'manual') return withType(type, manualTrigger.config.safeParse(config).data)
  return undefined
}

function withType<Type, Config>(type: Type, config: Config | undefined): { type: Type; config: Config } | undefined {
  return config && { type, config }
}

export interface GlobalWorkflow {
  workflow: LiveWorkflow
  trigger: Exclude<ActionTriggerConfig, { type: 'manual' }>
}

/** The global workflows of an action, in the order of their creation. Snapshots don't change, so each is sorted once. */
export function globalWorkflows(snapshot: Snapshot, collection: string, action: ActionName): readonly GlobalWorkflow[] {
  let byCollection = globals.get(snapshot)
  if (!byCollection) {
    byCollection = new Map()
    for (const workflow of snapshot.workflows.values()) {
      const trigger = workflow.enabled ? actionTriggerOf(workflow) : undefined
      if (!trigger || trigger.type === 'manual' || trigger.config.mode !== 'global') continue
      for (const name of new Set<string>(trigger.config.actions))
        byCollection.getOrInsertComputed(`${trigger.config.collection}:${name}`, () => []).push({ workflow, trigger })
    }
    globals.set(snapshot, byCollection)
  }
  return byCollection.get(`${collection}:${action}`) ?? []
}
