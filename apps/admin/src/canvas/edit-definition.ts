import type { Definition, Json, NodeDefinition } from '../api/types.ts'
import { isObject } from '../lib/json.ts'

/** A place in a definition: the list of the workflow itself (`parent` null) or of a branch, and an index in it. */
export interface Slot {
  parent: string | null
  branch: string
  index: number
}

interface Found {
  node: NodeDefinition
  slot: Slot
  /** The nodes around it, outermost first. */
  parents: NodeDefinition[]
}

function walk(
  nodes: NodeDefinition[],
  visit: (found: Found) => void,
  parent: string | null = null,
  branch = '',
  parents: NodeDefinition[] = [],
): void {
  nodes.forEach((node, index) => {
    visit({ node, slot: { parent, branch, index }, parents })
    for (const [name, list] of Object.entries(node.branches ?? {}))
      walk(list, visit, node.key, name, [...parents, node])
  })
}

export function allNodes(definition: Definition): Found[] {
  const all: Found[] = []
  walk(definition.nodes, (found) => all.push(found))
  return all
}

export function findNode(definition: Definition, key: string): Found | undefined {
  return allNodes(definition).find(({ node }) => node.key === key)
}

/** Changes the list at a place; the rest of the tree is shared with the old definition. */
function changeList(
  nodes: NodeDefinition[],
  parent: string | null,
  branch: string,
  change: (list: NodeDefinition[]) => NodeDefinition[],
): NodeDefinition[] {
  if (parent === null) return change(nodes)
  return nodes.map((node) => {
    if (node.key === parent)
      return { ...node, branches: { ...node.branches, [branch]: change(node.branches?.[branch] ?? []) } }
    if (!node.branches) return node
    const entries = Object.entries(node.branches)
    const changed = entries.map(([name, list]) => [name, changeList(list, parent, branch, change)] as const)
    return changed.every(([, list], index) => list === entries[index]?.[1])
      ? node
      : { ...node, branches: Object.fromEntries(changed) }
  })
}

export function listAt(definition: Definition, parent: string | null, branch: string): NodeDefinition[] {
  if (parent === null) return definition.nodes
  return findNode(definition, parent)?.node.branches?.[branch] ?? []
}

export function insertNode(definition: Definition, slot: Slot, node: NodeDefinition): Definition {
  const insert = (list: NodeDefinition[]) => [...list.slice(0, slot.index), node, ...list.slice(slot.index)]
  return { ...definition, nodes: changeList(definition.nodes, slot.parent, slot.branch, insert) }
}

export function removeNode(definition: Definition, key: string): Definition {
  const found = findNode(definition, key)
  if (!found) return definition
  const { parent, branch } = found.slot
  const remove = (list: NodeDefinition[]) => list.filter((node) => node.key !== key)
  return { ...definition, nodes: changeList(definition.nodes, parent, branch, remove) }
}

export function updateNode(
  definition: Definition,
  key: string,
  update: (node: NodeDefinition) => NodeDefinition,
): Definition {
  const found = findNode(definition, key)
  if (!found) return definition
  const { parent, branch } = found.slot
  const replace = (list: NodeDefinition[]) => list.map((node) => (node.key === key ? update(node) : node))
  return { ...definition, nodes: changeList(definition.nodes, parent, branch, replace) }
}

/** Takes a node to another place, given in terms of the definition before the move. A place inside itself is refused. */
export function moveNode(definition: Definition, key: string, to: Slot): Definition {
  const found = findNode(definition, key)
  if (!found) return definition
  const target = to.parent === null ? undefined : findNode(definition, to.parent)
  if (to.parent === key || target?.parents.some((node) => node.key === key)) return definition
  const sameList = found.slot.parent === to.parent && found.slot.branch === to.branch
  const index = sameList && found.slot.index < to.index ? to.index - 1 : to.index
  if (sameList && index === found.slot.index) return definition
  return insertNode(removeNode(definition, key), { ...to, index }, found.node)
}

/** One place up or down; out of its branch at either end of the list. */
export function shiftNode(definition: Definition, key: string, direction: 'up' | 'down'): Definition {
  const found = findNode(definition, key)
  if (!found) return definition
  const { parent, branch, index } = found.slot
  const list = listAt(definition, parent, branch)
  if (direction === 'up' && index > 0) return moveNode(definition, key, { parent, branch, index: index - 1 })
  if (direction === 'down' && index < list.length - 1)
    return moveNode(definition, key, { parent, branch, index: index + 2 })
  const around = parent === null ? undefined : findNode(definition, parent)
  if (!around) return definition
  return moveNode(definition, key, { ...around.slot, index: around.slot.index + (direction === 'up' ? 0 : 1) })
}

/** A key that no node has yet, from a wish such as the type of the node: `create`, `create2`, … */
export function freeKey(taken: ReadonlySet<string>, wish: string): string {
  const base = wish.replace(/[^\p{L}\p{N}_]+/gu, '_').replace(/^[^\p{L}_]+/u, '') || 'node'
  if (!taken.has(base)) return base
  const stem = base.replace(/\d+$/, '') || 'node'
  let number = 2
  while (taken.has(`${stem}${number}`)) number += 1
  return `${stem}${number}`
}

export function keysOf(definition: Definition): Set<string> {
  return new Set(allNodes(definition).map(({ node }) => node.key))
}

/** A copy with keys that the definition does not have; references between the copied nodes follow. */
export function copyWithFreeKeys(definition: Definition, node: NodeDefinition): NodeDefinition {
  const taken = keysOf(definition)
  const renamed = new Map<string, string>()
  walk([node], ({ node: { key } }) => {
    const free = freeKey(taken, key)
    taken.add(free)
    renamed.set(key, free)
  })
  const copy = (item: NodeDefinition): NodeDefinition => ({
    ...item,
    key: renamed.get(item.key) ?? item.key,
    config: renameReferences(item.config, renamed) as NodeDefinition['config'],
    ...(item.branches
      ? { branches: Object.fromEntries(Object.entries(item.branches).map(([name, list]) => [name, list.map(copy)])) }
      : {}),
  })
  return copy(node)
}

export function duplicateNode(definition: Definition, key: string): { definition: Definition; key: string } {
  const found = findNode(definition, key)
  if (!found) return { definition, key }
  const copy = copyWithFreeKeys(definition, found.node)
  return { definition: insertNode(definition, { ...found.slot, index: found.slot.index + 1 }, copy), key: copy.key }
}

const REFERENCE = /(\$(?:nodes|jobsMapByNodeKey|scopes))\.([\p{L}_][\p{L}\p{N}_]*)/gu

/** Every `$nodes.<key>` of a value with the new keys. */
export function renameReferences(value: Json, renamed: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string')
    return value.replace(REFERENCE, (all, root: string, key: string) => {
      const to = renamed.get(key)
      return to === undefined ? all : `${root}.${to}`
    })
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, renamed))
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renameReferences(item, renamed)]))
  return value
}

/** Gives a node another key, in every reference to it too. A key that is taken changes nothing. */
export function renameNode(definition: Definition, key: string, to: string): Definition {
  if (key === to || keysOf(definition).has(to)) return definition
  const renamed = new Map([[key, to]])
  const rename = (node: NodeDefinition): NodeDefinition => ({
    ...node,
    key: node.key === key ? to : node.key,
    config: renameReferences(node.config, renamed) as NodeDefinition['config'],
    ...(node.branches
      ? { branches: Object.fromEntries(Object.entries(node.branches).map(([name, list]) => [name, list.map(rename)])) }
      : {}),
  })
  return { ...definition, nodes: definition.nodes.map(rename) }
}

/** The nodes that have run when this one starts: before it in its list and in the lists around it, in order. */
export function nodesBefore(definition: Definition, key: string): NodeDefinition[] {
  const found = findNode(definition, key)
  if (!found) return []
  const before: NodeDefinition[] = []
  const collect = (slot: Slot) => {
    for (const node of listAt(definition, slot.parent, slot.branch).slice(0, slot.index))
      walk([node], (inner) => before.push(inner.node))
  }
  for (const parent of found.parents) {
    const around = findNode(definition, parent.key)
    if (around) collect(around.slot)
    before.push(parent)
  }
  collect(found.slot)
  return before
}

/** The node that a problem's path points into: `nodes.0.branches.yes.1.config.url`. */
export function nodeAtPath(definition: Definition, path: string): { node: NodeDefinition; rest: string } | undefined {
  const parts = path.split('.')
  let list: NodeDefinition[] | undefined = definition.nodes
  let node: NodeDefinition | undefined
  let at = 0
  while (list && (parts[at] === 'nodes' || node) && parts[at + 1] !== undefined) {
    const next: NodeDefinition | undefined = list[Number(parts[at + 1])]
    if (!next) break
    node = next
    at += 2
    if (parts[at] !== 'branches' || parts[at + 2] === undefined) break
    const inner: NodeDefinition[] | undefined = next.branches?.[parts[at + 1] ?? '']
    if (!inner?.[Number(parts[at + 2])]) break
    list = inner
    at += 1
  }
  return node ? { node, rest: parts.slice(at).join('.') } : undefined
}
