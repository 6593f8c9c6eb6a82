import { findEvent, listExecutionsOfEvent } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { statusSchema } from '../executions/schemas.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type eventId, eventSchema } from './schemas.ts'

export const eventDetails = eventSchema.extend({
  /** Oldest first. */
  executions: z.array(
    z.object({
      id: z.string(),
      workflow: z.string().nullable(),
      status: statusSchema,
      reason: z.string().nullable(),
      replay: z.boolean(),
      queuedAt: z.string(),
      finishedAt: z.string().nullable(),
    }),
  ),
})

/** One event with the executions that it has started. @throws AppError forbidden, not_found */
export async function getEvent(
  app: App,
  caller: Caller,
  { id }: z.infer<typeof eventId>,
): Promise<z.infer<typeof eventDetails>> {
  requirePermission(app, caller.principal, 'workflows.view')
  const event = await findEvent(app.client.db, id)
  if (!event) throw new AppError('not_found', `There is no event ${id}.`, { path: 'id' })
  return { ...event, executions: await listExecutionsOfEvent(app.client.db, id) }
}
