import type { App, Caller } from '../context.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'
import { currentSnapshot } from './current-snapshot.ts'
import { type CollectionReply, toReply } from './schemas.ts'

/** @throws AppError forbidden, not_found */
export async function getCollection(app: App, caller: Caller, input: { name: string }): Promise<CollectionReply> {
  if (!hasPermission(app, caller.principal, 'schema'))
    requirePermission(app, caller.principal, { collection: input.name, action: 'list' })
  const { collections } = await currentSnapshot(app, app.client.db)
  return toReply(collections.get(input.name))
}
