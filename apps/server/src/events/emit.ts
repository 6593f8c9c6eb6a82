import { isReservedEventName, MAX_EVENT_DELAY_MS } from '@ensue/engine'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { storableKey } from '../secrets/storable-key.ts'
import { type Emitted, emitEvent } from './emit-event.ts'
import { eventName } from './schemas.ts'

export const emitInput = z.object({
  name: eventName,
  params: z.record(z.string(), z.json()).default({}),
  idempotencyKey: z.string().min(1).max(255).optional(),
  delayMs: z.int().min(0).max(MAX_EVENT_DELAY_MS).optional(),
  orderingKey: z.string().min(1).max(255).optional(),
})

/** Stores an event and starts every enabled workflow that listens to it.
 *  @throws AppError forbidden, schema_invalid when the parameters don't fit the event's schema, or the name is reserved */
export async function emit(app: App, caller: Caller, input: z.infer<typeof emitInput>): Promise<Emitted> {
  const { principal } = caller
  requirePermission(app, principal, 'workflows.run')
  if (isReservedEventName(input.name))
    throw new AppError('schema_invalid', 'Events that begin with "system." are emitted by the system alone.', {
      path: 'name',
    })
  const user =
    principal.userId === null ? null : { id: principal.userId, email: principal.email, roles: principal.roles }
  const { name, params, idempotencyKey, delayMs, orderingKey } = input
  const emitted = await app.client.transaction((trx) =>
    emitEvent(app, trx, {
      name,
      params,
      source: { kind: 'api', user, role: principal.role, requestId: caller.requestId },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey: storableKey(app, idempotencyKey) }),
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(orderingKey === undefined ? {} : { orderingKey }),
    }),
  )
  app.runs.nudge()
  return emitted
}
