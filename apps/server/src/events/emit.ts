import { isReservedEventName } from '@ensue/engine'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type Emitted, emitEvent } from './emit-event.ts'

export const eventName = z
  .string()
  .regex(
    /^[\p{L}_][\p{L}\p{N}_.:-]{0,127}$/u,
    'An event name has letters, digits and _ . : - (128 at most) and starts with a letter.',
  )

export const emitInput = z.object({
  name: eventName,
  params: z.record(z.string(), z.json()).default({}),
  idempotencyKey: z.string().min(1).max(255).optional(),
  delayMs: z.int().min(0).max(31_536_000_000).optional(),
  orderingKey: z.string().min(1).max(255).optional(),
})

export const emitOutput = z.object({
  id: z.string(),
  triggered: z.array(
    z.object({ workflow: z.string(), executionId: z.string(), status: z.string(), message: z.string().optional() }),
  ),
})

/** Stores an event and starts every enabled workflow that listens to it.
 *  @throws AppError forbidden, invalid_input */
export async function emit(app: App, caller: Caller, input: z.infer<typeof emitInput>): Promise<Emitted> {
  const { principal } = caller
  requirePermission(app, principal, 'workflows.run')
  if (isReservedEventName(input.name))
    throw new AppError('invalid_input', 'Names that begin with "system." belong to the system.', { path: 'name' })
  const user =
    principal.userId === null ? null : { id: principal.userId, email: principal.email, roles: principal.roles }
  const { name, params, idempotencyKey, delayMs, orderingKey } = input
  const emitted = await app.client.transaction((trx) =>
    emitEvent(app, trx, {
      name,
      params,
      source: { kind: 'api', user, role: principal.role, requestId: caller.requestId },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(orderingKey === undefined ? {} : { orderingKey }),
    }),
  )
  app.runs.nudge()
  return emitted
}
