import type { NewExecution } from '@ensue/db'
import { concurrencyOf } from '@ensue/engine'
import { newId } from '@ensue/engine/core'
import { contextText } from './context-text.ts'
import type { Start } from './runs.ts'

/** The row of a start. A sync one runs at once: it stands behind no gate, and limits don't count it. */
export function newExecution(start: Start, sync: boolean): NewExecution {
  const live = start.workflow.live
  if (!live) throw new Error(`Workflow "${start.workflow.key}" was never deployed.`)
  const { options } = live.definition
  const { delivery } = start
  return {
    id: delivery?.id ?? newId(),
    workflowId: start.workflow.id,
    versionId: live.versionId,
    triggerType: start.triggerType,
    sync,
    debug: start.debug ?? false,
    priority: options.priority ?? 0,
    depth: start.depth ?? 0,
    parentId: start.parentId ?? undefined,
    rootId: start.rootId ?? undefined,
    context: start.context,
    label: contextText(options.label, start.context),
    idempotencyKey: start.idempotencyKey,
    queuedAt: new Date().toISOString(),
    ...(delivery ? { request: delivery.request, body: delivery.body } : {}),
    ...(start.eventId === undefined ? {} : { eventId: start.eventId }),
    ...(sync ? {} : gateOf(start)),
  }
}

function gateOf({ workflow, context, orderingKey }: Start): Pick<NewExecution, 'gate' | 'orderingKey' | 'limitKey'> {
  const { options } = workflow.live!.definition
  const concurrency = concurrencyOf(options)
  const isLimited = concurrency !== undefined || options.rateLimit !== undefined
  const queues = options.rateLimit !== undefined || concurrency?.onExcess === 'queue'
  return {
    ...(orderingKey === undefined ? {} : { orderingKey, gate: 'order' }),
    ...(isLimited ? { limitKey: contextText(concurrency?.key, context) ?? '' } : {}),
    ...(orderingKey === undefined && queues ? { gate: 'limit' } : {}),
  }
}
