import { findTask } from '@ensue/db'
import type { z } from 'zod'
import type { App, Caller } from '../context.ts'
import type { taskId, taskSchema } from './schemas.ts'
import { toTask, visibleTask } from './to-task.ts'

/** @throws AppError not_found */
export async function getTask(
  app: App,
  caller: Caller,
  { id }: z.infer<typeof taskId>,
): Promise<z.infer<typeof taskSchema>> {
  return toTask(visibleTask(app, caller.principal, await findTask(app.client.db, id), id))
}
