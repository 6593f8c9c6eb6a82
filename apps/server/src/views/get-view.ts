import { findView } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type View, viewConfigSchema } from './schemas.ts'

/** The view of a collection; the empty one when none was set.
 *  @throws AppError forbidden, not_found */
export async function getView(app: App, caller: Caller, input: { collection: string }): Promise<View> {
  requirePermission(app, caller.principal, { collection: input.collection, action: 'list' })
  app.registry.current().collections.get(input.collection)
  const view = await findView(app.client.db, input.collection)
  return {
    collection: input.collection,
    config: viewConfigSchema.parse(view?.config ?? {}),
    updatedAt: view?.updatedAt ?? null,
  }
}
