import type { Permissions } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Principal } from '../context.ts'

/** What a verb asks for: an action on a collection, or a permission of the platform. */
export type Need =
  | { collection: string; action: string }
  | 'workflows.edit'
  | 'workflows.deploy'
  | 'workflows.run'
  | 'workflows.view'
  | 'workflows.code'
  | 'schema'
  | 'users'
  | 'secrets'
  | 'all'

/** Whether the role in force grants it; roles are read from the cached registry. */
export function hasPermission(app: App, principal: Principal, need: Need): boolean {
  if (principal.kind === 'system') return true
  const permissions = app.registry.current().roles.get(principal.role)?.permissions
  return permissions !== undefined && grants(permissions, need)
}

/** Passes when the role in force grants it; else notes the attempt in the audit log.
 *  @throws AppError forbidden */
export function requirePermission(app: App, principal: Principal, need: Need): void {
  if (hasPermission(app, principal, need)) return
  const target = typeof need === 'string' ? need : `${need.collection}:${need.action}`
  void recordAudit(app, { principal }, { action: 'permission', target, outcome: 'denied' })
  throw new AppError('forbidden', `The role "${principal.role}" may not ${describe(need)}.`)
}

export function grants(permissions: Permissions, need: Need): boolean {
  if (permissions.all) return true
  if (need === 'all') return false
  if (need === 'schema' || need === 'users' || need === 'secrets') return permissions[need] === true
  if (typeof need === 'string') {
    const [, verb] = need.split('.') as [string, NonNullable<Permissions['workflows']>[number]]
    return permissions.workflows?.includes(verb) ?? false
  }
  const { collections = {} } = permissions
  // An entry of the collection replaces the one for all others, so it can also take rights away.
  const actions = Object.hasOwn(collections, need.collection) ? collections[need.collection] : collections['*']
  return actions !== undefined && (actions.includes('*') || actions.includes(need.action))
}

function describe(need: Need): string {
  if (typeof need !== 'string') return `do "${need.action}" on the collection "${need.collection}"`
  return {
    'workflows.edit': 'edit workflows',
    'workflows.deploy': 'deploy workflows',
    'workflows.run': 'run workflows',
    'workflows.view': 'see workflows and their executions',
    'workflows.code': 'edit nodes that hold code',
    schema: 'change collections and views',
    users: 'manage users, roles and API keys',
    secrets: 'manage secrets',
    all: 'do this: it takes an administrator',
  }[need]
}
