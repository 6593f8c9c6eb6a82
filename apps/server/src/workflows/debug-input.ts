import { findDelivery, findExecution, findWorkflow, listEvents, listRecords } from '@ensue/db'
import { findTriggerType, type TriggerType, type VariableType } from '@ensue/engine'
import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
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
    return { context: await contextOfDelivery(delivery, draft) }
  }
  const type = findTriggerType(draft.trigger.type)
  return { context: type ? await sampleContext(app, caller, type, draft.trigger.config) : {} }
}

/** What each variable of a trigger could hold: the newest record or event there is, else what its type tells. */
async function sampleContext(
  app: App,
  { principal, requestId }: Caller,
  type: TriggerType,
  config: JsonObject,
): Promise<JsonObject> {
  const parsed = type.config.safeParse(config)
  const types = parsed.success ? (type.variableTypes?.(parsed.data) ?? {}) : {}
  const context: JsonObject = {}
  for (const name of Object.keys(type.variables)) context[name] = await sampleOf(app, types[name])
  if ('user' in context) context.user = { id: principal.userId, email: principal.email, roles: principal.roles }
  if ('role' in context) context.role = principal.role
  if ('requestId' in context) context.requestId = requestId
  if ('param' in context) context.param = await newestParams(app, config)
  return context
}

async function sampleOf(app: App, type: VariableType | undefined): Promise<Json> {
  if (!type) return null
  if (type.kind === 'schema') return sampleOfSchema(type.schema)
  const collection = app.registry.current().collections.find(type.collection)
  if (!collection) return null
  const { data } = await listRecords(app.client.db, collection, {
    sort: '-id',
    pageSize: type.kind === 'records' ? 3 : 1,
    appends: type.appends,
  })
  return type.kind === 'records' ? data : (data[0] ?? null)
}

async function newestParams(app: App, { events }: JsonObject): Promise<JsonObject> {
  const name = Array.isArray(events) ? events[0] : events
  if (typeof name !== 'string') return {}
  const [newest] = await listEvents(app.client.db, { name, limit: 1 })
  return newest?.params ?? {}
}
