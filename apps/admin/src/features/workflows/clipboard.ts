import type { NodeDefinition } from '../../api/types.ts'

const KEY = 'ensue-copied-node'

/** The copied node is kept by the browser, so that it can be pasted into another workflow or tab. */
export function copyNode(node: NodeDefinition): void {
  localStorage.setItem(KEY, JSON.stringify(node))
  // Also as text, for a file or a message; refused without permission, which is no loss.
  navigator.clipboard?.writeText(JSON.stringify(node, null, 2)).catch(() => {})
}

export function copiedNode(): NodeDefinition | undefined {
  try {
    const node: unknown = JSON.parse(localStorage.getItem(KEY) ?? '')
    return typeof node === 'object' && node !== null && 'type' in node && 'key' in node
      ? (node as NodeDefinition)
      : undefined
  } catch {
    return undefined
  }
}
