import type { Execution, ExecutionSummary, NodeRun } from '../../api/types.ts'

const REASONS: Record<string, string> = {
  self_triggered: 'It was in the chain that led here already.',
  chain_too_deep: 'The chain that led here is too long.',
  concurrency_exceeded: 'As many as may run at once were running.',
  superseded: 'A newer one took its place.',
  crashed: 'The process that ran it ended again and again.',
}

/** Why an execution has ended as it did, in a sentence; undefined when there is nothing to say. */
export function reasonInWords({ error, reason }: Pick<ExecutionSummary, 'error' | 'reason'>): string | undefined {
  return error?.message ?? (reason ? (REASONS[reason] ?? reason.replaceAll('_', ' ')) : undefined)
}

/** A retry stands beside what it repeats; what was started stands one step below. */
export function isRetryOf(execution: ExecutionSummary, cause: ExecutionSummary): boolean {
  return execution.parentId === cause.id && execution.depth === cause.depth
}

export interface StartPoint {
  value: string
  label: string
}

const FAILED = 'failed'

/** Why an execution shows no node runs. */
export function whyNoNodeRuns({ nodeRunsKept, finishedAt }: Pick<Execution, 'nodeRunsKept' | 'finishedAt'>): string {
  if (!nodeRunsKept) return 'Inputs and outputs of nodes were not kept, as the workflow says under “What is kept”.'
  return finishedAt ? 'No node has run.' : 'No node has run yet.'
}

/** Where a retry can start: at the node that failed, at the beginning, or at any node run. The value is `from` of the call; "failed": none.
 *  @param begin the first node, where the node runs were not kept */
export function startPoints(
  runs: readonly NodeRun[],
  titleOf: (run: NodeRun) => string,
  begin?: string | undefined,
): StartPoint[] {
  const [first] = runs
  const failed = runs.find(({ status }) => status === 'failed')
  const paths = new Map(runs.map((run) => [run.path, titleOf(run)]))
  return [
    ...(failed ? [{ value: FAILED, label: `At the node that failed: ${titleOf(failed)}` }] : []),
    { value: first?.path ?? begin ?? FAILED, label: 'At the beginning' },
    ...[...paths].flatMap(([path, title]) => (path === first?.path ? [] : [{ value: path, label: `At ${title}` }])),
  ]
}

export function fromOf(value: string): string | undefined {
  return value === FAILED ? undefined : value
}

/** What came of a replay. */
export function runsStarted(count: number): string {
  if (count === 0) return 'No workflow listens; nothing was started.'
  return count === 1 ? 'One run was started.' : `${count} runs were started.`
}
