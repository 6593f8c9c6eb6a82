import type { TaskRow } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { z } from 'zod'
import type { App, Principal } from '../context.ts'
import { hasPermission } from '../roles/permissions.ts'
import type { taskSchema } from './schemas.ts'

export function toTask({ users, roles, path: _, ...row }: TaskRow): z.infer<typeof taskSchema> {
  return { ...row, assignees: { users, roles } }
}

export function assigneeOf(principal: Principal) {
  return { userId: principal.userId, email: principal.email, roles: [principal.role] }
}

export function isAssignee(principal: Principal, task: Pick<TaskRow, 'users' | 'roles'>): boolean {
  const { userId, email, role } = principal
  return task.users.some((user) => user === userId || user === email) || task.roles.includes(role)
}

/** A task is seen by its assignees, and by those who may see workflows.
 *  @throws AppError `not_found` also to others, who need not know that it exists */
export function visibleTask(app: App, principal: Principal, row: TaskRow | undefined, id: string): TaskRow {
  if (!row || !(isAssignee(principal, row) || hasPermission(app, principal, 'workflows.view')))
    throw new AppError('not_found', `There is no task ${id}.`, { path: 'id' })
  return row
}
