import type { App, Caller } from '../context.ts'
import { hasPermission } from '../roles/permissions.ts'
import { currentSnapshot } from './current-snapshot.ts'
import { type CollectionReply, toReply } from './schemas.ts'

/** The collections that the role may read or change the schema of, by name. */
export async function listCollections(app: App, caller: Caller): Promise<CollectionReply[]> {
  const { principal } = caller
  const all = hasPermission(app, principal, 'schema')
  const { collections } = await currentSnapshot(app, app.client.db)
  return collections
    .list()
    .filter(({ name }) => all || hasPermission(app, principal, { collection: name, action: 'list' }))
    .map(toReply)
}
