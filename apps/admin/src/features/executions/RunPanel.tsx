import { Button, Select } from '@mantine/core'
import { IconRepeat } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { Catalog, Definition, Execution, NodeRun, RunError } from '../../api/types.ts'
import { findNodeType } from '../../canvas/branches.ts'
import { findNode } from '../../canvas/edit-definition.ts'
import { TRIGGER_KEY } from '../../canvas/layout.ts'
import { between, dateTime } from '../../lib/time.ts'
import { JsonView } from '../../ui/JsonView.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Chip, StatusBadge } from '../../ui/StatusBadge.tsx'
import { Cause } from './Cause.tsx'
import { Chain } from './Chain.tsx'
import classes from './execution.module.css'
import { reasonInWords, whyNoNodeRuns } from './execution-words.ts'

interface Props {
  execution: Execution
  definition: Definition | undefined
  catalog: Catalog | undefined
  selected: string | undefined
  onClose: () => void
  /** Offers to start anew from a node run; gets its path. */
  onRetry?: (path: string) => void
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function ErrorPart({ error }: { error: RunError | null | undefined }) {
  if (!error) return null
  return (
    <div className={classes.error}>
      {error.message}
      <code>
        {error.code}
        {error.path ? ` · ${error.path}` : ''}
      </code>
    </div>
  )
}

/** What went into the selected node and came out of it; without a selection, the execution as a whole. */
export function RunPanel({ execution, definition, catalog, selected, onClose, onRetry }: Props) {
  const node = selected && definition ? findNode(definition, selected)?.node : undefined
  const title =
    selected === TRIGGER_KEY
      ? 'Trigger'
      : (node?.title ?? (node && findNodeType(catalog, node.type)?.title) ?? selected ?? 'Execution')
  const runs = execution.nodeRuns.filter((run) => run.node === selected)
  return (
    <Panel title={title} label={`${title} details`} onClose={selected ? onClose : undefined} className={classes.panel}>
      <div className={classes.parts}>
        {' '}
        {selected === undefined && <Overview execution={execution} />}
        {selected === TRIGGER_KEY && (
          <>
            <Cause execution={execution} />
            <Part title="Context">
              <JsonView value={execution.context} label="the context" maxHeight={600} />
            </Part>
          </>
        )}
        {selected !== undefined &&
          selected !== TRIGGER_KEY &&
          (runs.length === 0 ? (
            <p>{execution.nodeRunsKept ? 'This node has not run.' : whyNoNodeRuns(execution)}</p>
          ) : (
            <Runs runs={runs} {...(onRetry ? { onRetry } : {})} />
          ))}
      </div>
    </Panel>
  )
}

function Overview({ execution }: { execution: Execution }) {
  const reason = reasonInWords(execution)
  return (
    <>
      {execution.status === 'failed' ? (
        <ErrorPart error={execution.error} />
      ) : (
        reason && <div className={classes.reason}>{reason}</div>
      )}
      {!execution.nodeRunsKept && <div className={classes.reason}>{whyNoNodeRuns(execution)}</div>}
      <Chain execution={execution} />
      <Cause execution={execution} />
      {execution.output !== undefined && execution.output !== null && (
        <Part title="Output">
          <JsonView value={execution.output} label="the output" />
        </Part>
      )}
      {execution.response !== undefined && execution.response !== null && (
        <Part title="Response">
          <JsonView value={execution.response} label="the response" />
        </Part>
      )}
      <Part title="Context: what triggered it">
        <JsonView value={execution.context} label="the context" maxHeight={520} />
      </Part>
    </>
  )
}

function nameOf(run: NodeRun): string {
  return run.attempt > 1 ? `${run.path}, attempt ${run.attempt}` : run.path
}

function Runs({ runs, onRetry }: { runs: NodeRun[]; onRetry?: (path: string) => void }) {
  const [index, setIndex] = useState(runs.length - 1)
  const run = runs[Math.min(index, runs.length - 1)]
  if (!run) return null
  return (
    <>
      {runs.length > 1 && (
        <Select
          aria-label="Run of the node"
          data={runs.map((item, at) => ({ value: String(at), label: nameOf(item) }))}
          value={String(index)}
          allowDeselect={false}
          onChange={(value) => setIndex(Number(value))}
        />
      )}
      <div className={classes.facts} style={{ margin: 0 }}>
        <StatusBadge status={run.status} />
        {run.branch && <Chip tone="green">{run.branch}</Chip>}
        <span className="tabular">{between(run.startedAt, run.finishedAt)}</span>
        <span>{dateTime(run.startedAt)}</span>
      </div>
      <ErrorPart error={run.error} />
      {onRetry && (
        <div>
          <Button variant="default" size="xs" leftSection={<IconRepeat size={14} />} onClick={() => onRetry(run.path)}>
            Retry from this node
          </Button>
        </div>
      )}
      <Part title="Input">
        <JsonView value={run.input} label="the input" />
      </Part>
      {run.output !== undefined && (
        <Part title="Output">
          <JsonView value={run.output} label="the output" />
        </Part>
      )}
      {run.log && run.log.length > 0 && (
        <Part title="Log">
          <JsonView value={run.log} label="the log" />
        </Part>
      )}
    </>
  )
}
