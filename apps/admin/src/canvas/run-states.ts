import type { Definition, ExecutionStatus, NodeDefinition, NodeRun } from '../api/types.ts'

/** What is shown of a node in an execution: its last run, how many there were, the branches that were taken. */
export interface NodeState {
  status: NodeRun['status']
  count: number
  failed: number
  last: NodeRun
}

export interface RunStates {
  nodes: ReadonlyMap<string, NodeState>
  /** `check/yes` for each branch that was entered. */
  branches: ReadonlySet<string>
  /** Ids of the lines that the run has gone along, see `layoutDefinition`. */
  lines: ReadonlySet<string>
}

const RANK: Record<NodeRun['status'], number> = { failed: 4, started: 3, waiting: 2, succeeded: 1, skipped: 0 }

/** Sums up the journal of an execution by node; of several runs of a node the most telling state wins. */
export function runStates(runs: readonly NodeRun[], definition?: Definition, status?: ExecutionStatus): RunStates {
  const nodes = new Map<string, NodeState>()
  const branches = new Set<string>()
  for (const run of runs) {
    const known = nodes.get(run.node)
    nodes.set(run.node, {
      status: known && RANK[known.status] > RANK[run.status] ? known.status : run.status,
      count: (known?.count ?? 0) + 1,
      failed: (known?.failed ?? 0) + (run.status === 'failed' ? 1 : 0),
      last: run,
    })
    if (run.branch) branches.add(`${run.node}/${run.branch}`)
  }
  const lines = definition ? takenLines(definition, nodes, branches) : new Set<string>()
  // An End node inside a branch ends the run before the end of the drawing.
  if (status !== 'succeeded') lines.delete('end')
  return { nodes, branches, lines }
}

function takenLines(
  definition: Definition,
  nodes: ReadonlyMap<string, NodeState>,
  branches: ReadonlySet<string>,
): Set<string> {
  const lines = new Set<string>()
  /** Follows a list as far as the run went. @returns whether it went past its end */
  const follow = (list: NodeDefinition[]): boolean => {
    for (const [index, node] of list.entries()) {
      const state = nodes.get(node.key)
      if (!state) return node.disabled === true
      if (index > 0) lines.add(`to:${node.key}`)
      let past = state.status === 'succeeded' || state.status === 'skipped' || node.onError === 'continue'
      for (const [name, inner] of Object.entries(node.branches ?? {})) {
        const branch = `${node.key}/${name}`
        if (!branches.has(branch)) continue
        lines.add(`fork:${branch}`)
        if (follow(inner)) lines.add(`join:${branch}`)
        else past = false
      }
      if (!past) return false
    }
    return true
  }
  const first = definition.nodes[0]
  if (!first || nodes.has(first.key)) lines.add('start')
  if (follow(definition.nodes)) lines.add('end')
  return lines
}
