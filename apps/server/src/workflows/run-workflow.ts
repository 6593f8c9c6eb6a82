import { setTimeout as sleep } from 'node:timers/promises'
import { FINAL_STATUSES } from '@ensue/engine'
import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import type { RunReport } from '../executions/runs.ts'
import { checkJsonSchema } from '../http/json-schema.ts'
import { requirePermission } from '../roles/permissions.ts'
import { storableKey } from '../secrets/storable-key.ts'
import { workflowKey } from './schemas.ts'

export const runWorkflowInput = z.object({
  key: workflowKey,
  input: z.json().optional(),
  /** A second run with the same key is the first one. */
  idempotencyKey: z.string().min(1).max(255).optional(),
  /** Wait for the end and answer with the output. */
  wait: z.boolean().optional(),
})

export const runWorkflowOutput = z.object({
  executionId: z.string(),
  status: z.string(),
  output: z.json().optional(),
  messages: z.array(z.string()).optional(),
  error: z.object({ code: z.string(), message: z.string() }).loose().optional(),
})

/** Starts a workflow of the triggers `call` or `manual`. A sync one always runs here and now.
 *  @throws AppError forbidden, not_found, trigger_invalid, schema_invalid */
export async function runWorkflow(
  app: App,
  caller: Caller,
  { key, input = null, idempotencyKey, wait }: z.infer<typeof runWorkflowInput>,
): Promise<z.infer<typeof runWorkflowOutput>> {
  const { principal, requestId } = caller
  requirePermission(app, principal, 'workflows.run')
  const workflow = app.registry.current().workflows.get(key)
  if (!workflow) throw new AppError('not_found', `There is no workflow "${key}".`, { path: 'key' })
  const definition = workflow.live?.definition
  const refuse = (reason: string) => new AppError('trigger_invalid', `The workflow "${key}" ${reason}`, { path: 'key' })
  if (!definition) throw refuse('was never deployed.')
  if (!workflow.enabled) throw refuse('is disabled.')
  const { type, config } = definition.trigger
  if (type !== 'call' && type !== 'manual') throw refuse(`is started by "${type}", not by a call.`)
  if (type === 'manual' && config.records !== undefined && config.records !== 'none')
    throw refuse(`works on records of "${String(config.collection)}"; use that collection's trigger action.`)
  if (config.input) checkJsonSchema(config.input as JsonObject, input, 'input')

  const user =
    principal.userId === null ? null : { id: principal.userId, email: principal.email, roles: principal.roles }
  const start = {
    workflow,
    triggerType: type,
    context: { data: type === 'call' ? input : null, input, user, role: principal.role, requestId } as JsonObject,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey: storableKey(app, idempotencyKey) }),
  }
  const { syncDeadlineMs } = app.config
  if (definition.sync) {
    const report = await app.runs.runDirect(start, syncDeadlineMs)
    return reply(await settle(app, report, syncDeadlineMs))
  }
  const { concurrency, rateLimit } = definition.options
  if (!wait || concurrency !== undefined || rateLimit !== undefined) {
    // Who waits stands in the queue like everybody else, where there is one.
    const { executionId, created, skipped } = await app.runs.enqueue(start)
    if (created && !skipped && !wait) return { executionId, status: 'queued' }
    const report = await app.runs.report(executionId)
    return reply(wait ? await settle(app, report, syncDeadlineMs) : report)
  }
  const [started] = await app.client.transaction((trx) => app.runs.insertClaimed(trx, [start]))
  return reply(await settle(app, await app.runs.runClaimed(started!, start.context, syncDeadlineMs), syncDeadlineMs))
}

const isOver = ({ status }: RunReport) => FINAL_STATUSES.some((final) => final === status)

const LOOK_FIRST_MS = 25
const LOOK_AT_LEAST_EVERY_MS = 500

/** Waits for the end of an execution that this process does not run to its end: one that another call with the same key has started, that
 *  stood in the queue, or that waits for something. */
async function settle(app: App, report: RunReport, deadlineMs: number): Promise<RunReport> {
  const deadline = performance.now() + deadlineMs
  let now = report
  let pauseMs = LOOK_FIRST_MS
  while (!isOver(now) && performance.now() < deadline) {
    await sleep(Math.min(pauseMs, deadline - performance.now()))
    pauseMs = Math.min(pauseMs * 1.5, LOOK_AT_LEAST_EVERY_MS)
    now = await app.runs.report(report.executionId)
  }
  return now
}

function reply(report: RunReport): z.infer<typeof runWorkflowOutput> {
  const { executionId, status, output, messages, error } = report
  return {
    executionId,
    status,
    ...(output === undefined ? {} : { output: output as Json }),
    ...(messages.length === 0 ? {} : { messages }),
    ...(error === undefined ? {} : { error: { ...error } }),
  }
}
