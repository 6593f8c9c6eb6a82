import { actionTrigger } from './action.ts'
import { beforeActionTrigger } from './before-action.ts'
import { callTrigger } from './call.ts'
import { collectionTrigger } from './collection.ts'
import type { TriggerType } from './define-trigger.ts'
import { eventTrigger } from './event.ts'
import { failureTrigger } from './failure.ts'
import { manualTrigger } from './manual.ts'
import { scheduleTrigger } from './schedule.ts'
import { webhookTrigger } from './webhook.ts'

/** Every trigger type, in the order of the menu. */
export const triggerTypes: readonly TriggerType[] = [
  actionTrigger,
  beforeActionTrigger,
  collectionTrigger,
  eventTrigger,
  webhookTrigger,
  scheduleTrigger,
  manualTrigger,
  callTrigger,
  failureTrigger,
]

const byType: ReadonlyMap<string, TriggerType> = new Map(triggerTypes.map((type) => [type.type, type]))

export function findTriggerType(type: string): TriggerType | undefined {
  return byType.get(type)
}
