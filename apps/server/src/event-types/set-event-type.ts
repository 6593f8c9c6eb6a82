import { upsertEventType } from '@ensue/db'
import { isReservedEventName } from '@ensue/engine'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { eventName } from '../events/schemas.ts'
import { jsonSchemaProblem } from '../http/json-schema.ts'
import { requirePermission } from '../roles/permissions.ts'
import { getEventType } from './get-event-type.ts'
import { declarationShape, type EventType } from './schemas.ts'

export const setEventTypeInput = z.object({ name: eventName, ...declarationShape })

/** Declares an event, or declares it anew. With a schema, parameters are checked from now on whenever it is emitted.
 *  @throws AppError forbidden, schema_invalid when the name is reserved or the schema is none */
export async function setEventType(
  app: App,
  caller: Caller,
  input: z.infer<typeof setEventTypeInput>,
): Promise<EventType> {
  requirePermission(app, caller.principal, 'workflows.edit')
  if (isReservedEventName(input.name))
    throw new AppError('schema_invalid', 'Names that begin with "system." belong to the system.', { path: 'name' })
  const problem = input.schema && jsonSchemaProblem(input.schema)
  if (problem) throw new AppError('schema_invalid', problem, { path: 'schema' })
  await app.client.transaction(async (trx) => {
    await recordAudit(app, caller, { action: 'eventTypes.set', target: input.name }, trx)
    await upsertEventType(trx, input)
  })
  await app.registry.refresh()
  return getEventType(app, caller, input)
}
