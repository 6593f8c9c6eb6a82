import type { BranchInfo, Catalog, NodeDefinition, NodeTypeInfo } from '../api/types.ts'
import { isObject } from '../lib/json.ts'

export function findNodeType(catalog: Catalog | undefined, type: string): NodeTypeInfo | undefined {
  return catalog?.nodes.find((item) => item.type === type)
}

function named(list: unknown, label: string): BranchInfo[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item) =>
    isObject(item) && typeof item.name === 'string' && item.name !== ''
      ? [{ name: item.name, title: typeof item[label] === 'string' && item[label] ? item[label] : item.name }]
      : [],
  )
}

const DEFAULT_DECISIONS = [
  { name: 'approve', title: 'Approve' },
  { name: 'reject', title: 'Reject' },
]

/** The branches of a node in their order: those that its type and config give, then those that only the definition has. */
export function branchesOf(node: NodeDefinition, type: NodeTypeInfo | undefined): BranchInfo[] {
  const { config } = node
  let known = type?.branches ?? []
  if (node.type === 'review') {
    const decisions = named(config.decisions, 'label')
    known = decisions.length > 0 ? decisions : DEFAULT_DECISIONS
    if (config.dueInMs !== undefined) known = [...known, { name: 'expired', title: 'Expired' }]
  } else if (node.type === 'switch') {
    known = [...named(config.cases, 'title'), { name: 'otherwise', title: 'Otherwise' }]
  } else if (node.type === 'condition' && config.onFalse === 'end') {
    known = known.filter(({ name }) => name !== 'no')
  }
  const names = new Set(known.map(({ name }) => name))
  const others = Object.entries(node.branches ?? {})
    .filter(([name, list]) => !names.has(name) && (list.length > 0 || type === undefined || node.type === 'parallel'))
    .map(([name]) => ({ name, title: name }))
  return [...known, ...others]
}

/** Does the run never go past this node? Then nothing may follow it in its list. */
export function endsRun(type: NodeTypeInfo | undefined): boolean {
  return type?.traits.ends === true
}
