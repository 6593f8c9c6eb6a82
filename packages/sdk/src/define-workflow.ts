import type { Definition, NodeDefinition } from '@ensue/engine'

/** A node, with what may be left out left out. */
export interface NodeInput extends Omit<NodeDefinition, 'config' | 'branches'> {
  config?: NodeDefinition['config']
  branches?: Record<string, NodeInput[]>
}

export interface WorkflowInput {
  /** Runs inside the call that triggers it. Default false. */
  sync?: boolean
  trigger: { type: string; config?: Definition['trigger']['config'] }
  nodes?: NodeInput[]
  options?: Definition['options']
}

/** A workflow as code: the JSON document that `workflows.create`, the editor and files hold, with its defaults filled in.
 *  What the configs must hold depends on the types of the installation: `workflows.validate` tells.
 *
 *  ```ts
 *  const definition = defineWorkflow({
 *    trigger: { type: 'event', config: { events: ['sku_reorder'] } },
 *    nodes: [{ key: 'order', type: 'record.create', config: { collection: 'orders', values: { sku: '{{$param.sku}}' } } }],
 *  })
 *  ```
 *  @throws TypeError when two nodes have the same key: one could not be read by the others */
export function defineWorkflow({ sync = false, trigger, nodes = [], options = {} }: WorkflowInput): Definition {
  const keys = new Set<string>()
  const complete = (node: NodeInput): NodeDefinition => {
    if (keys.has(node.key)) throw new TypeError(`Two nodes have the key "${node.key}".`)
    keys.add(node.key)
    const { config = {}, branches, ...rest } = node
    if (!branches) return { ...rest, config }
    const completed = Object.entries(branches).map(([name, list]) => [name, list.map(complete)] as const)
    return { ...rest, config, branches: Object.fromEntries(completed) }
  }
  return { sync, trigger: { config: {}, ...trigger }, nodes: nodes.map(complete), options }
}
