import { type DbOrTrx, findVersion, type WorkflowRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { z } from 'zod'
import type { workflowSchema } from './schemas.ts'

/** A row as the API gives it. */
export async function toWorkflow(db: DbOrTrx, row: WorkflowRow): Promise<z.infer<typeof workflowSchema>> {
  const live = row.liveVersion === null ? undefined : await findVersion(db, row.id, row.liveVersion)
  const { draft, draftHash, ...rest } = row
  return { ...rest, trigger: { type: draft.trigger.type }, sync: draft.sync, hasDraftChanges: live?.hash !== draftHash }
}

/** @throws AppError `not_found` */
export function found<Row>(row: Row | undefined, key: string): Row {
  if (row === undefined) throw new AppError('not_found', `There is no workflow "${key}".`, { path: 'key' })
  return row
}
