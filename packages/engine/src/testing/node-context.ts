import type { NodeContext, NodeType, Outcome } from '../nodes/define-node.ts'
import { createMemoryPorts, type MemoryPorts } from './memory-ports.ts'

/** A context to call one node type with. */
export function createNodeContext(overrides: Partial<NodeContext> = {}): NodeContext & { lines: string[] } {
  const lines: string[] = []
  return {
    ports: createMemoryPorts(),
    tx: undefined,
    executionId: 'e1',
    workflowKey: 'w1',
    nodeKey: 'node',
    path: 'node',
    attempt: 1,
    depth: 0,
    sync: false,
    debug: false,
    actor: { kind: 'system', userId: null, role: null },
    user: null,
    role: null,
    idempotencyKey: 'e1-node',
    signal: new AbortController().signal,
    log: (line) => lines.push(line),
    ...overrides,
    lines,
  }
}

/** Parses a resolved config and runs the node once, in a transaction that commits unless the node throws. */
export async function runNode(
  type: NodeType,
  config: unknown,
  ports: MemoryPorts = createMemoryPorts(),
  overrides: Partial<NodeContext> = {},
): Promise<Outcome> {
  const { tx, end } = ports.begin()
  try {
    const inTransaction = type.traits.effect === 'write' ? { tx } : {}
    const outcome = await type.run(
      type.config.parse(config),
      createNodeContext({ ports, ...inTransaction, ...overrides }),
    )
    end(true)
    return outcome
  } catch (error) {
    end(false)
    throw error
  }
}
