import type { NodeRun } from '../api/types.ts'

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
}

const RANK: Record<NodeRun['status'], number> = { failed: 4, started: 3, waiting: 2, succeeded: 1, skipped: 0 }

/** Sums up the journal of an execution by node; of several runs of a node the most telling state wins. */
export function runStates(runs: readonly NodeRun[]): RunStates {
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
  return { nodes, branches }
}
