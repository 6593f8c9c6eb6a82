import { AppError } from '@ensue/engine/core'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { describeEventTypes } from './describe-event-types.ts'
import type { EventType } from './schemas.ts'

/** @throws AppError forbidden, not_found */
export async function getEventType(app: App, caller: Caller, { name }: { name: string }): Promise<EventType> {
  requirePermission(app, caller.principal, 'workflows.view')
  const found = describeEventTypes(await currentSnapshot(app, app.client.db)).get(name)
  if (!found) throw new AppError('not_found', `Nobody declares, emits or listens to "${name}".`, { path: 'name' })
  return found
}
