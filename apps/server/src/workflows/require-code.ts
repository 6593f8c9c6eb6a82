import { type Definition, findNodeType, visitNodes } from '@ensue/engine'
import type { App, Principal } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** Whoever writes, runs or makes live a definition with nodes that hold code needs the permission for it.
 *  @throws AppError forbidden */
export function requireCode(app: App, principal: Principal, { nodes }: Pick<Definition, 'nodes'>): void {
  let code = false
  visitNodes(nodes, ({ type }) => {
    if (findNodeType(type)?.traits.code) code = true
  })
  if (code) requirePermission(app, principal, 'workflows.code')
}
