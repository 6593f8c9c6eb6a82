import { decideTask, findTask } from '@ensue/db'
import { AppError, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { userOf } from '../auth/user-of.ts'
import type { App, Caller } from '../context.ts'
import { announce } from '../events/announce.ts'
import { checkJsonSchema } from '../http/json-schema.ts'
import { getTask } from './get-task.ts'
import { taskId, type taskSchema } from './schemas.ts'
import { isAssignee, visibleTask } from './to-task.ts'

export const decideInput = taskId.extend({
  decision: z.string().min(1).max(64),
  values: z.record(z.string(), z.json()).optional(),
  comment: z.string().max(10_000).optional(),
})

/** Settles a task: its execution goes on in the branch of the decision.
 *  @throws AppError not_found, forbidden, invalid_input, schema_invalid, conflict when it is settled */
export async function decide(
  app: App,
  caller: Caller,
  { id, decision, values, comment }: z.infer<typeof decideInput>,
): Promise<z.infer<typeof taskSchema>> {
  const { principal } = caller
  const task = visibleTask(app, principal, await findTask(app.client.db, id), id)
  if (!isAssignee(principal, task)) {
    void recordAudit(app, caller, { action: 'tasks.decide', target: id, outcome: 'denied' })
    throw new AppError('forbidden', 'This task is assigned to others.')
  }
  if (task.status !== 'pending') throw new AppError('conflict', `The task is ${task.status} already.`)
  if (!task.decisions.some(({ name }) => name === decision))
    throw new AppError('invalid_input', `Decide one of: ${task.decisions.map(({ name }) => name).join(', ')}.`, {
      path: 'decision',
    })
  if (task.form) checkJsonSchema(task.form, values ?? {}, 'values')

  const by = principal.userId
  const said = app.secrets.current().masker.json({ values: values ?? null, comment: comment ?? null })
  const value: JsonObject = { decision, values: said.values ?? {}, comment: said.comment, by }
  await app.client.transaction(async (trx) => {
    const settled = await decideTask(trx, task, {
      decision,
      ...said,
      decidedBy: principal.userId,
      resolution: { path: task.path, kind: 'decided', value },
    })
    if (!settled) throw new AppError('conflict', 'The task has just been settled by someone else.')
    await recordAudit(app, caller, { action: 'tasks.decide', target: id, details: { decision } }, trx)
    const { title, node, executionId } = task
    await announce(app, trx, {
      name: 'system.task.decided',
      params: { task: { id, title, node, executionId }, decision, comment: said.comment, user: userOf(principal) },
      by: principal,
      execution: { id: executionId },
    })
  })
  app.runs.nudgeAll()
  return getTask(app, caller, { id })
}
