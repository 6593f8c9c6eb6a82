import type { Trx } from '@ensue/db'
import { LIMITS, type WorkflowCall, type Workflows } from '@ensue/engine'
import { AppError, type JsonObject, NodeError } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import type { Start } from '../executions/runs.ts'
import { checkJsonSchema } from '../http/json-schema.ts'
import type { Snapshot } from '../registry.ts'

/** Workflows as nodes call them. A call that is tried again after a crash is the same one. */
export function createWorkflows(app: App): Workflows {
  return {
    async start(tx, call) {
      const trx = tx as unknown as Trx
      const [started] = await app.runs.insert(trx, [startOf(await currentSnapshot(app, trx), call)])
      if (started!.skipped) throw new NodeError('sub_workflow_skipped', started!.skipped.message, { retryable: true })
      return { executionId: started!.executionId }
    },
    async run(call) {
      const start = startOf(app.registry.current(), call)
      if (!start.workflow.live?.definition.sync)
        throw refused(call.workflow, 'is not sync any more: it can’t be run while a caller waits.')
      return app.runs.runDirect(start, app.config.syncDeadlineMs)
    },
  }
}

function startOf({ workflows }: Snapshot, { workflow: key, input, source, user, role }: WorkflowCall): Start {
  const workflow = workflows.get(key)
  if (!workflow) throw refused(key, 'is not there.')
  const { trigger } = workflow.live?.definition ?? {}
  if (!trigger) throw refused(key, 'was never deployed.')
  if (!workflow.enabled) throw refused(key, 'is disabled.')
  if (trigger.type !== 'call') throw refused(key, `is started by "${trigger.type}", not by a call.`)
  const depth = source.depth + 1
  if (depth > LIMITS.maxChainDepth)
    throw new NodeError('chain_too_deep', `Workflows call each other more than ${LIMITS.maxChainDepth} deep.`)
  if (trigger.config.input) checkJsonSchema(trigger.config.input as JsonObject, input, 'input')
  return {
    workflow,
    triggerType: 'call',
    context: { data: input, input, user, role, requestId: null },
    depth,
    debug: source.debug,
    parentId: source.executionId,
    idempotencyKey: `call:${source.executionId}:${source.path}:${source.attempt}`,
  }
}

function refused(key: string, reason: string): AppError {
  return new AppError('trigger_invalid', `The workflow "${key}" ${reason}`, { path: 'workflow' })
}
