import { manualTrigger } from '@ensue/engine'
import { z } from 'zod'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'
import { workflowKey } from './schemas.ts'

export const customAction = z.object({
  workflow: workflowKey,
  title: z.string(),
  /** Whose records it works on; with `none`, beside which it is shown. */
  collection: z.string().nullable(),
  records: z.enum(['none', 'one', 'many']),
  /** JSON Schema of what is asked at the start. */
  input: z.record(z.string(), z.json()).nullable(),
  sync: z.boolean(),
})
type CustomAction = z.infer<typeof customAction>

/** The custom actions that the caller can start now, by title: enabled, deployed, and on records that the role may trigger.
 *  @throws AppError forbidden */
export async function listCustomActions(app: App, caller: Caller): Promise<CustomAction[]> {
  const { principal } = caller
  requirePermission(app, principal, 'workflows.run')
  const { workflows } = await currentSnapshot(app, app.client.db)
  const actions = [...workflows.values()].flatMap(({ key, title, enabled, live }): CustomAction[] => {
    if (!enabled || live?.definition.trigger.type !== 'manual') return []
    const config = manualTrigger.config.safeParse(live.definition.trigger.config).data
    if (!config) return []
    const { records, collection = null, input = null } = config
    if (collection !== null && records !== 'none' && !hasPermission(app, principal, { collection, action: 'trigger' }))
      return []
    return [{ workflow: key, title, collection, records, input, sync: live.definition.sync }]
  })
  return actions.sort((a, b) => (a.title < b.title ? -1 : 1))
}
