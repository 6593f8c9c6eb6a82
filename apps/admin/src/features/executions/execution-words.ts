import type { ExecutionSummary, NodeRun } from '../../api/types.ts'

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

/** Where a retry can start: at the node that failed, at the beginning, or at any node run. The value is `from` of the call; "failed": none. */
export function startPoints(runs: readonly NodeRun[], titleOf: (run: NodeRun) => string): StartPoint[] {
  const [first] = runs
  const failed = runs.find(({ status }) => status === 'failed')
  const paths = new Map(runs.map((run) => [run.path, titleOf(run)]))
  return [
    ...(failed ? [{ value: FAILED, label: `At the node that failed: ${titleOf(failed)}` }] : []),
    { value: first?.path ?? FAILED, label: 'At the beginning' },
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
