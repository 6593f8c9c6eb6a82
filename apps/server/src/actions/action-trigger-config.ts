import { actionTrigger, manualTrigger } from '@ensue/engine'
import type { z } from 'zod'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import type { ActionName } from './action.ts'

export type ActionConfig = z.infer<typeof actionTrigger.config>
export type ManualConfig = z.infer<typeof manualTrigger.config>

const actionConfigs = new WeakMap<LiveWorkflow, ActionConfig>()
const globals = new WeakMap<Snapshot, Map<string, LiveWorkflow[]>>()

/** The parsed config of a live action trigger; undefined for another trigger or a config of another time. */
export function actionConfigOf(workflow: LiveWorkflow): ActionConfig | undefined {
  const trigger = workflow.live?.definition.trigger
  if (trigger?.type !== 'action') return undefined
  const known = actionConfigs.get(workflow)
  if (known) return known
  const parsed = actionTrigger.config.safeParse(trigger.config)
  if (parsed.success) actionConfigs.set(workflow, parsed.data)
  return parsed.data
}

export function manualConfigOf(workflow: LiveWorkflow): ManualConfig | undefined {
  const trigger = workflow.live?.definition.trigger
  return trigger?.type === 'manual' ? manualTrigger.config.safeParse(trigger.config).data : undefined
}

/** The global workflows of an action, in the order of their creation. Snapshots don't change, so each is sorted once. */
export function globalWorkflows(snapshot: Snapshot, collection: string, action: ActionName): readonly LiveWorkflow[] {
  let byCollection = globals.get(snapshot)
  if (!byCollection) {
    byCollection = new Map()
    for (const workflow of snapshot.workflows.values()) {
      const config = workflow.enabled ? actionConfigOf(workflow) : undefined
      if (config?.mode !== 'global') continue
      for (const name of new Set(config.actions)) {
        const at = `${config.collection}:${name}`
        byCollection.set(at, [...(byCollection.get(at) ?? []), workflow])
      }
    }
    globals.set(snapshot, byCollection)
  }
  return byCollection.get(`${collection}:${action}`) ?? []
}
