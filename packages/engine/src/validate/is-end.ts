import type { NodeDefinition } from '../definition.ts'
import { findNodeType } from '../nodes/index.ts'

/** Does the run always end in this node, or in every one of its branches? Nodes after it are then never reached. */
export function isEnd(node: NodeDefinition): boolean {
  const type = findNodeType(node.type)
  // After a failure `continue` goes on with the next node.
  if (!type || node.disabled || node.onError === 'continue') return false
  if (type.traits.ends) return true
  const names = type.branches?.(node.config) ?? []
  return names.length > 0 && names.every(({ name }) => node.branches?.[name]?.some(isEnd) ?? false)
}
