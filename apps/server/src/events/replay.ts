import { findEvent } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { workflowKey } from '../workflows/schemas.ts'
import type { Emitted } from './emit-event.ts'
import { eventId } from './schemas.ts'
import { listenersOf, replayTo } from './start-listeners.ts'

export const replayInput = eventId.extend({
  /** Only this one of the listeners. */
  workflow: workflowKey.optional(),
})

/** Starts the workflows that listen to an event now once more, as executions of their own that are marked as a replay.
 *  @throws AppError forbidden, not_found, trigger_invalid when the chosen workflow does not listen */
export async function replay(app: App, caller: Caller, input: z.infer<typeof replayInput>): Promise<Emitted> {
  const { id, workflow } = input
  requirePermission(app, caller.principal, 'workflows.run')
  const triggered = await app.client.transaction(async (trx) => {
    const event = await findEvent(trx, id)
    if (!event) throw new AppError('not_found', `There is no event ${id}.`, { path: 'id' })
    const all = listenersOf(await currentSnapshot(app, trx), event.name)
    const chosen = workflow === undefined ? all : all.filter((listener) => listener.workflowKey === workflow)
    if (workflow !== undefined && chosen.length === 0)
      throw new AppError('trigger_invalid', `No enabled workflow "${workflow}" listens to "${event.name}".`, {
        path: 'workflow',
      })
    await recordAudit(
      app,
      caller,
      { action: 'events.replay', target: id, details: { workflow: workflow ?? null } },
      trx,
    )
    return replayTo(app, trx, event, chosen)
  })
  app.runs.nudge()
  return { id, triggered }
}
