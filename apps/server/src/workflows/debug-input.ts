import { findDelivery, findExecution, findWorkflow, listEvents } from '@ensue/db'
import { findTriggerType, type TriggerType, type VariableType } from '@ensue/engine'
import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import { readRecords } from '../actions/read-records.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { contextOfDelivery } from '../webhooks/context-of-delivery.ts'
import { sampleOfSchema } from './sample-of-schema.ts'
import { workflowKey } from './schemas.ts'
import { found } from './to-workflow.ts'

const id = z.uuid()

export const debugInputInput = z.object({
  key: workflowKey,
  /** Where to take the context from: made up from what the trigger knows, a delivery of the inbox, or an old execution. */
  from: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('sample') }),
      z.object({ kind: z.literal('delivery'), id }),
      z.object({ kind: z.literal('execution'), id }),
    ])
    .default({ kind: 'sample' }),
})

export const debugInputOutput = z.object({ context: z.record(z.string(), z.json()) })

/** A context to debug a draft with, for its builder to edit. @throws AppError forbidden, not_found */
export async function debugInput(
  app: App,
  caller: Caller,
  { key, from }: z.infer<typeof debugInputInput>,
): Promise<{ context: JsonObject }> {
  requirePermission(app, caller.principal, 'workflows.edit')
  requirePermission(app, caller.principal, 'workflows.view')
  const { db } = app.client
  if (from.kind === 'execution') {
    const execution = await findExecution(db, from.id)
    if (!execution) throw new AppError('not_found', `There is no execution ${from.id}.`, { path: 'from.id' })
    return { context: execution.context }
  }
  const { draft } = found(await findWorkflow(db, key), key)
  if (from.kind === 'delivery') {
    const delivery = await findDelivery(db, from.id)
    if (!delivery) throw new AppError('not_found', `There is no delivery ${from.id}.`, { path: 'from.id' })
    return { context: await contextOfDelivery(app, delivery, draft) }
  }
  const type = findTriggerType(draft.trigger.type)
  return { context: type ? await sampleContext(app, caller, type, draft.trigger.config) : {} }
}

/** What each variable of a trigger could hold: the newest record or event there is, else what its type tells. */
async function sampleContext(app: App, caller: Caller, type: TriggerType, config: JsonObject): Promise<JsonObject> {
  const { principal, requestId } = caller
  const parsed = type.config.safeParse(config)
  const types = parsed.success ? (type.variableTypes?.(parsed.data) ?? {}) : {}
  const context: JsonObject = {}
  for (const name of Object.keys(type.variables)) context[name] = await sampleOf(app, caller, types[name])
  if ('user' in context) context.user = { id: principal.userId, email: principal.email, roles: principal.roles }
  if ('role' in context) context.role = principal.role
  if ('requestId' in context) context.requestId = requestId
  if ('param' in context) context.param = await newestParams(app, config)
  return context
}

/** Null for records that the caller may not read. */
async function sampleOf(app: App, caller: Caller, type: VariableType | undefined): Promise<Json> {
  if (!type) return null
  if (type.kind === 'schema') return sampleOfSchema(type.schema)
  const { collection, appends, kind } = type
  if (!app.registry.current().collections.find(collection)) return null
  const pageSize = kind === 'records' ? 3 : 1
  try {
    const { data } = await readRecords(app, caller, { action: 'list', collection, sort: ['-id'], pageSize, appends })
    const records = data as JsonObject[]
    return kind === 'records' ? records : (records[0] ?? null)
  } catch (error) {
    if (error instanceof AppError && error.code === 'forbidden') return null
    throw error
  }
}

async function newestParams(app: App, { events }: JsonObject): Promise<JsonObject> {
  const name = Array.isArray(events) ? events[0] : events
  if (typeof name !== 'string') return {}
  const [newest] = await listEvents(app.client.db, { name, limit: 1 })
  return newest?.params ?? {}
}
