import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { describeEventTypes } from './describe-event-types.ts'
import type { EventType } from './schemas.ts'

/** By name. @throws AppError forbidden */
export async function listEventTypes(app: App, caller: Caller): Promise<EventType[]> {
  requirePermission(app, caller.principal, 'workflows.view')
  return [...describeEventTypes(await currentSnapshot(app, app.client.db)).values()]
}
