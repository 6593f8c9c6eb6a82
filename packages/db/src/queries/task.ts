import type { JsonObject, Resolution } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { toJsonText } from '../json-text.ts'

export interface TaskFilter {
  status?: 'pending' | 'done'
  /** Tasks of a person: by id, address or role. Absent: of everybody. */
  assignee?: { userId: string | null; email: string | null; roles: string[] }
  after?: string
  limit: number
}

const COLUMNS = [
  't.id',
  't.title',
  't.description',
  't.executionId',
  'w.key as workflow',
  'w.title as workflowTitle',
  't.path',
  't.node',
  't.users',
  't.roles',
  't.form',
  't.decisions',
  't.status',
  't.dueAt',
  't.decision',
  't.values',
  't.comment',
  't.decidedBy',
  't.decidedAt',
  't.createdAt',
] as const

const joined = (db: DbOrTrx) =>
  db
    .selectFrom('task as t')
    .leftJoin('execution as e', 'e.id', 't.executionId')
    .leftJoin('workflow as w', 'w.id', 'e.workflowId')

function mine({ userId, email, roles }: NonNullable<TaskFilter['assignee']>) {
  const names = [userId, email].filter((name) => name !== null)
  return sql<boolean>`(t.users && ${names}::text[] or t.roles && ${roles}::text[])`
}

/** Newest first. */
export function listTasks(db: DbOrTrx, filter: TaskFilter) {
  let query = joined(db).select(COLUMNS).orderBy('t.id', 'desc').limit(filter.limit)
  if (filter.status === 'pending') query = query.where('t.status', '=', 'pending')
  if (filter.status === 'done') query = query.where('t.status', '<>', 'pending')
  if (filter.assignee) query = query.where(mine(filter.assignee))
  if (filter.after !== undefined) query = query.where('t.id', '<', filter.after)
  return query.execute()
}

export type TaskRow = Awaited<ReturnType<typeof listTasks>>[number]

export async function countPendingTasks(db: DbOrTrx, assignee: NonNullable<TaskFilter['assignee']>): Promise<number> {
  const { count } = await db
    .selectFrom('task as t')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('t.status', '=', 'pending')
    .where(mine(assignee))
    .executeTakeFirstOrThrow()
  return count
}

export function findTask(db: DbOrTrx, id: string): Promise<TaskRow | undefined> {
  return joined(db).select(COLUMNS).where('t.id', '=', id).executeTakeFirst()
}

/** Settles a pending task, ends its wait and queues its execution.
 *  @returns false when the task was settled already */
export async function decideTask(
  trx: Trx,
  task: { id: string; executionId: string; path: string },
  decided: {
    decision: string
    values: JsonObject | null
    comment: string | null
    decidedBy: string | null
    resolution: Resolution
  },
): Promise<boolean> {
  const { resolution, values, ...rest } = decided
  const { numUpdatedRows } = await trx
    .updateTable('task')
    .set({
      ...rest,
      status: 'done',
      values: values === null ? null : toJsonText(values),
      decidedAt: sql<string>`now()`,
    })
    .where('id', '=', task.id)
    .where('status', '=', 'pending')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx
    .updateTable('wait')
    .set({ resolution: toJsonText(resolution), resolvedAt: sql<string>`now()` })
    .where('executionId', '=', task.executionId)
    .where('path', '=', task.path)
    .execute()
  await trx
    .updateTable('execution')
    .set({ status: 'queued' })
    .where('id', '=', task.executionId)
    .where('status', '=', 'waiting')
    .execute()
  return true
}
