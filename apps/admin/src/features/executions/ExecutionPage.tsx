import { Button, Skeleton, Tabs } from '@mantine/core'
import { IconPlayerStop, IconRepeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { RUNNING, useCancelExecution, useExecution } from '../../api/executions.ts'
import { canWorkflow, useMe } from '../../api/session.ts'
import type { Execution } from '../../api/types.ts'
import { catalogQuery, versionQuery } from '../../api/workflows.ts'
import { Canvas } from '../../canvas/Canvas.tsx'
import { runStates } from '../../canvas/run-states.ts'
import { between, dateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ButtonLink } from '../../ui/ButtonLink.tsx'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Chip, StatusBadge } from '../../ui/StatusBadge.tsx'
import classes from './execution.module.css'
import { RetryModal } from './RetryModal.tsx'
import { RunPanel } from './RunPanel.tsx'
import { Timeline } from './Timeline.tsx'

export function ExecutionPage({ id }: { id: string }) {
  const execution = useExecution(id)
  if (execution.error && !execution.data)
    return <ErrorState error={execution.error} onRetry={() => void execution.refetch()} />
  if (!execution.data)
    return (
      <div className={classes.page} aria-busy>
        <div className={classes.header}>
          <Skeleton h={18} w={260} />
        </div>
        <div style={{ display: 'grid', gap: 48, justifyItems: 'center', paddingTop: 40 }}>
          {[1, 2, 3].map((item) => (
            <Skeleton key={item} h={60} w={256} radius="lg" />
          ))}
        </div>
      </div>
    )
  return <Detail execution={execution.data} />
}

/** The definition that ran: the version that the execution is pinned to, or the draft of a debug run. */
function useDefinition({ workflow, version, definition }: Execution) {
  const pinned = useQuery({
    ...versionQuery(workflow ?? '', version ?? 0),
    enabled: workflow !== null && version !== null,
  })
  return definition ?? pinned.data?.definition
}

function Detail({ execution }: { execution: Execution }) {
  const catalog = useQuery(catalogQuery)
  const definition = useDefinition(execution)
  const [selected, setSelected] = useState<string>()
  const [retryFrom, setRetryFrom] = useState<string>()
  const mayRetry =
    canWorkflow(useMe()?.permissions, 'run') && execution.workflow !== null && !RUNNING.includes(execution.status)
  const states = useMemo(() => runStates(execution.nodeRuns, definition, execution.status), [execution, definition])
  return (
    <div className={classes.page}>
      <Header
        execution={execution}
        title={execution.workflowTitle ?? 'Deleted workflow'}
        {...(mayRetry ? { onRetry: () => setRetryFrom('') } : {})}
      />
      <div className={classes.body} data-panel={selected !== undefined}>
        <Tabs defaultValue="canvas" className={classes.tabs}>
          <Tabs.List px="md">
            <Tabs.Tab value="canvas">Canvas</Tabs.Tab>
            <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="canvas" className={classes.canvas}>
            {definition && catalog.data ? (
              <Canvas
                definition={definition}
                catalog={catalog.data}
                selected={selected}
                onSelect={setSelected}
                runs={states}
              />
            ) : (
              <div style={{ display: 'grid', justifyItems: 'center', paddingTop: 40 }}>
                <Skeleton h={60} w={256} radius="lg" />
              </div>
            )}
          </Tabs.Panel>
          <Tabs.Panel value="timeline" className={classes.scroll}>
            <Timeline execution={execution} onSelect={setSelected} />
          </Tabs.Panel>
        </Tabs>
        <RunPanel
          execution={execution}
          definition={definition}
          catalog={catalog.data}
          selected={selected}
          onClose={() => setSelected(undefined)}
          {...(mayRetry ? { onRetry: setRetryFrom } : {})}
        />
      </div>
      <RetryModal
        execution={execution}
        definition={definition}
        catalog={catalog.data}
        from={retryFrom}
        onClose={() => setRetryFrom(undefined)}
      />
    </div>
  )
}

interface HeaderProps {
  execution: Execution
  title: string
  onRetry?: () => void
}

function Header({ execution, title, onRetry }: HeaderProps) {
  const [asking, setAsking] = useState(false)
  const cancel = useCancelExecution()
  const open = RUNNING.includes(execution.status)
  const now = useNow(open)
  return (
    <header className={classes.header}>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        <div className={classes.title}>
          <Link to="/executions" className={classes.back}>
            Executions
          </Link>
          <span aria-hidden>/</span>
          <h1 className="truncate">{title}</h1>
          <StatusBadge status={execution.status} />
        </div>
        <div className={classes.facts}>
          <CopyText text={execution.id} label="Copy the execution id" />
          <Chip>{execution.version === null ? 'Draft' : `v${execution.version}`}</Chip>
          {execution.debug && <Chip tone="amber">Debug</Chip>}
          {execution.label && <Chip>{execution.label}</Chip>}
          <span>{dateTime(execution.startedAt ?? execution.queuedAt)}</span>
          <span className="tabular">
            {between(execution.startedAt ?? execution.queuedAt, execution.finishedAt, now)}
          </span>
        </div>
      </div>
      {execution.workflow && (
        <ButtonLink variant="default" to="/workflows/$key" params={{ key: execution.workflow }}>
          Open workflow
        </ButtonLink>
      )}
      {onRetry && (
        <Button variant="default" leftSection={<IconRepeat size={15} />} onClick={onRetry}>
          Retry
        </Button>
      )}
      {open && (
        <Button variant="default" leftSection={<IconPlayerStop size={15} />} onClick={() => setAsking(true)}>
          Cancel
        </Button>
      )}
      <ConfirmModal
        opened={asking}
        onClose={() => setAsking(false)}
        title="Cancel the execution"
        confirm="Cancel execution"
        onConfirm={() => cancel.mutateAsync(execution.id)}
      >
        It stops after the node that runs now, and so do the sub-workflows that it has started. What was written stays
        written; open tasks are closed.
      </ConfirmModal>
    </header>
  )
}
