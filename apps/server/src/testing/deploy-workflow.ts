import type { Definition, JsonObject } from '@ensue/engine'
import { newId } from '@ensue/engine/core'
import type { App } from '../context.ts'

export interface DeployOptions {
  sync?: boolean
  enabled?: boolean
  /** False: only the draft is there. */
  deployed?: boolean
  nodes?: Definition['nodes']
}

/** Puts a workflow into the database as if it had been deployed, without the checks of a deploy. */
export async function deployWorkflow(
  app: App,
  key: string,
  trigger: { type: string; config: JsonObject },
  { sync = false, enabled = true, deployed = true, nodes = [] }: DeployOptions = {},
): Promise<void> {
  const definition = JSON.stringify({ sync, trigger, nodes, options: {} })
  const id = newId()
  const { db } = app.client
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('workflow')
      .values({
        id,
        key,
        title: key,
        description: null,
        enabled,
        draft: definition,
        draftHash: '',
        liveVersion: null,
        createdBy: null,
      })
      .execute()
    if (!deployed) return
    await trx
      .insertInto('workflowVersion')
      .values({ id: newId(), workflowId: id, number: 1, definition, hash: '', note: null, createdBy: null })
      .execute()
    await trx.updateTable('workflow').set({ liveVersion: 1 }).where('id', '=', id).execute()
  })
  await app.registry.refresh()
}
