import { findExecution, listWorkflowsInChain, type Trx } from '@ensue/db'
import { matchTriggers, type RunError } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import { announce, isHeard } from '../events/announce.ts'
import type { Snapshot } from '../registry.ts'
import { refuseInChain } from './refuse-in-chain.ts'
import type { Start } from './runs.ts'

/** Whether anything follows from the failure of a workflow's execution. */
export function failureIsHeard(snapshot: Snapshot, workflowId: string): boolean {
  const key = snapshot.workflowsById.get(workflowId)?.key
  const bySubject = snapshot.triggers.entries.get('failure')
  const isListenedTo = bySubject !== undefined && (bySubject.has('*') || (key !== undefined && bySubject.has(key)))
  return isListenedTo || isHeard(snapshot, 'system.execution.failed')
}

/** Starts the workflows that answer the failure of an execution, in the transaction in which it has failed, and says it as a system
 *  event. Workflows in the failed one's own chain are skipped, so that failing answers to failures come to an end. */
export async function startFailureListeners(app: App, trx: Trx, executionId: string, error: RunError): Promise<void> {
  const failed = await findExecution(trx, executionId)
  if (!failed || failed.debug) return
  const snapshot = await currentSnapshot(app, trx)
  const subject = failed.workflow ?? ''
  const listeners = matchTriggers(snapshot.triggers, { type: 'failure', subject, facts: {} })
  const { id, version, trigger, label } = failed
  const node = error.node ?? null
  if (listeners.length > 0) {
    const chain = await listWorkflowsInChain(trx, id)
    const context: JsonObject = {
      execution: {
        id,
        workflow: subject,
        title: failed.workflowTitle,
        version,
        trigger,
        label,
        context: failed.context,
      },
      error: { ...error },
      node,
    }
    const depth = failed.depth + 1
    const starts = listeners.map((listener): Start => {
      const refusal = refuseInChain(listener, depth, chain)
      return {
        workflow: listener.workflow,
        triggerType: 'failure',
        context,
        depth,
        parentId: id,
        idempotencyKey: `failure:${id}`,
        ...(refusal ? { refusal } : {}),
      }
    })
    await app.runs.insert(trx, starts)
  }
  await announce(app, trx, {
    name: 'system.execution.failed',
    params: {
      execution: { id, workflow: subject, trigger },
      error: { code: error.code, message: error.message },
      node,
    },
    execution: { id, depth: failed.depth },
    snapshot,
  })
}
