import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { causesQuery, startedQuery } from '../../api/executions.ts'
import type { Execution, ExecutionSummary } from '../../api/types.ts'
import { catalogQuery } from '../../api/workflows.ts'
import { Chip, StatusBadge } from '../../ui/StatusBadge.tsx'
import classes from './chain.module.css'
import { isRetryOf, reasonInWords } from './execution-words.ts'

/** What led to an execution, and what it has led to. Nothing when it stands alone. */
export function Chain({ execution }: { execution: Execution }) {
  const { causes, deleted } = useQuery(causesQuery(execution)).data ?? { causes: [], deleted: false }
  const started = useQuery(startedQuery(execution.id)).data
  const catalog = useQuery(catalogQuery).data
  if (causes.length === 0 && !deleted && (started?.data.length ?? 0) === 0) return null
  const triggerOf = ({ trigger }: ExecutionSummary) =>
    catalog?.triggers.find(({ type }) => type === trigger)?.title ?? trigger ?? ''
  const line = [...causes, execution]
  const first = line[0]?.depth ?? 0
  const item = (one: ExecutionSummary, cause: ExecutionSummary | undefined) => (
    <ChainItem
      key={one.id}
      execution={one}
      how={cause && isRetryOf(one, cause) ? 'Retry' : triggerOf(one)}
      level={Math.min(5, (one.depth ?? 0) - first)}
      current={one.id === execution.id}
    />
  )
  return (
    <section aria-label="Chain">
      <h3 className={classes.heading}>Chain</h3>
      {deleted && <p className={classes.above}>What led here is not kept any more.</p>}
      <ol className={classes.chain}>
        {line.map((one, index) => item(one, line[index - 1]))}
        {started?.data.map((one) => item(one, execution))}
      </ol>
      {started?.more && <p className={classes.more}>Only the newest 50 that it started are shown.</p>}
    </section>
  )
}

interface ItemProps {
  execution: ExecutionSummary
  /** What started it, e.g. "Event". */
  how: string
  level: number
  current: boolean
}

function ChainItem({ execution, how, level, current }: ItemProps) {
  const { id, workflowTitle, status, label } = execution
  const reason = status === 'skipped' ? reasonInWords(execution) : undefined
  const content = (
    <>
      <span className={classes.title}>
        {workflowTitle ?? 'Deleted workflow'}
        <small>{[how, reason ?? label].filter(Boolean).join(' · ')}</small>
      </span>
      {current && <Chip>This one</Chip>}
      <StatusBadge status={status} />
    </>
  )
  return (
    <li style={{ paddingLeft: level * 16 }} aria-current={current ? 'true' : undefined}>
      {current ? (
        <div className={classes.item} data-current>
          {content}
        </div>
      ) : (
        <Link to="/executions/$id" params={{ id }} className={classes.item}>
          {content}
        </Link>
      )}
    </li>
  )
}
