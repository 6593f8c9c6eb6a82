import { countPendingTasks } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { assigneeOf } from './to-task.ts'

/** How many tasks wait for the caller. */
export async function countTasks(app: App, caller: Caller): Promise<{ pending: number }> {
  return { pending: await countPendingTasks(app.client.db, assigneeOf(caller.principal)) }
}
