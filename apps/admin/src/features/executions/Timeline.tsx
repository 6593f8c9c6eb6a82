import { UnstyledButton } from '@mantine/core'
import type { Execution } from '../../api/types.ts'
import { StateIcon } from '../../canvas/StateIcon.tsx'
import { between } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import classes from './execution.module.css'
import { whyNoNodeRuns } from './execution-words.ts'

/** When each node ran, over the time of the whole execution. */
export function Timeline({ execution, onSelect }: { execution: Execution; onSelect: (key: string) => void }) {
  const { nodeRuns } = execution
  const now = useNow(!execution.finishedAt)
  const start = Date.parse(execution.startedAt ?? execution.queuedAt)
  const end = execution.finishedAt ? Date.parse(execution.finishedAt) : now
  const total = Math.max(1, end - start)
  if (nodeRuns.length === 0) return <p>{whyNoNodeRuns(execution)}</p>
  return (
    <div className={classes.bars}>
      {nodeRuns.map((run) => {
        const from = Math.max(0, Date.parse(run.startedAt) - start)
        const until = (run.finishedAt ? Date.parse(run.finishedAt) : now) - start
        return (
          <UnstyledButton
            key={run.id ?? `${run.path}:${run.attempt}`}
            className={classes.bar}
            onClick={() => onSelect(run.node)}
          >
            <span className={classes.barName}>
              <StateIcon status={run.status} size={14} />
              <span className="truncate">{run.path}</span>
            </span>
            <span className={classes.track}>
              <span
                className={classes.span}
                data-status={run.status}
                style={{
                  left: `${Math.min(99, (from / total) * 100)}%`,
                  width: `${Math.min(100, ((until - from) / total) * 100)}%`,
                }}
              />
            </span>
            <span className={classes.took}>{between(run.startedAt, run.finishedAt, now)}</span>
          </UnstyledButton>
        )
      })}
    </div>
  )
}
