import { upsertView } from '@ensue/db'
import { AppError, type ErrorItem, type JsonObject, toJson } from '@ensue/engine/core'
import { z } from 'zod'
import { resolveNamed } from '../actions/resolve-triggers.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { requirePermission } from '../roles/permissions.ts'
import { type View, type ViewConfig, viewConfigSchema } from './schemas.ts'

export const setViewInput = z.object({ collection: z.string().max(64), config: viewConfigSchema })

/** Replaces the view of a collection. A button is bound only to workflows that its calls could trigger.
 *  @throws AppError forbidden, not_found, invalid_input, trigger_invalid naming the bindings */
export async function setView(app: App, caller: Caller, input: z.infer<typeof setViewInput>): Promise<View> {
  requirePermission(app, caller.principal, 'schema')
  const { collection, config } = input
  const snapshot = await currentSnapshot(app, app.client.db)
  snapshot.collections.get(collection)
  checkBindings(snapshot, collection, config)
  const row = await app.client.db.transaction().execute(async (trx) => {
    await recordAudit(app, caller, { action: 'views.set', target: collection }, trx)
    return upsertView(trx, collection, toJson(config) as JsonObject)
  })
  return { collection, config: viewConfigSchema.parse(row.config), updatedAt: row.updatedAt }
}

function checkBindings(snapshot: Snapshot, collection: string, config: ViewConfig): void {
  const faults: ErrorItem[] = []
  for (const action of ['create', 'update'] as const)
    config.buttons[action]?.bindings.forEach(({ workflow, association }, index) => {
      const resolved = resolveNamed(snapshot, { collection, action }, { key: workflow, association })
      if (typeof resolved === 'string')
        faults.push({ code: 'trigger_invalid', message: resolved, path: `config.buttons.${action}.bindings.${index}` })
    })
  if (faults.length > 0) throw new AppError('trigger_invalid', faults[0]!.message, { items: faults })
}
