import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconBug } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { deliveriesQuery } from '../../api/deliveries.ts'
import { executionsQuery, useExecution } from '../../api/executions.ts'
import type { Json, Workflow } from '../../api/types.ts'
import { type DebugSource, debugInputQuery, useDebugWorkflow } from '../../api/workflows.ts'
import { JsonInput } from '../../forms/JsonInput.tsx'
import { isObject } from '../../lib/json.ts'
import { between, dateTime } from '../../lib/time.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StatusBadge, statusLabel } from '../../ui/StatusBadge.tsx'
import classes from './editor.module.css'
import { ProblemList } from './ProblemList.tsx'
import type { Draft } from './use-draft.ts'

interface Props {
  workflow: Workflow
  draft: Draft
  executionId?: string
  onClose: () => void
  onRun: (executionId: string) => void
}

const SAMPLE = 'sample'

function sourceOf(value: string): DebugSource {
  const [kind, id] = value.split(' ')
  return kind === 'delivery' || kind === 'execution' ? { kind, id: id ?? '' } : { kind: SAMPLE }
}

/** What can be debugged with: a sample, the newest deliveries of a webhook, the newest executions. */
function useSources({ key }: Workflow, isWebhook: boolean) {
  const executions = useInfiniteQuery({ ...executionsQuery({ workflow: key, limit: 20 }), refetchInterval: false })
  const deliveries = useInfiniteQuery({
    ...deliveriesQuery({ workflow: key, limit: 20 }),
    enabled: isWebhook,
    refetchInterval: false,
  })
  return [
    { group: 'Made up', items: [{ value: SAMPLE, label: 'A sample' }] },
    {
      group: 'Deliveries',
      items: (deliveries.data?.pages[0]?.data ?? []).map(({ id, method, at, outcome }) => ({
        value: `delivery ${id}`,
        label: `${method} ${dateTime(at)}, ${outcome}`,
      })),
    },
    {
      group: 'Executions',
      items: (executions.data?.pages[0]?.data ?? []).map(({ id, label, queuedAt, status }) => ({
        value: `execution ${id}`,
        label: `${label ?? statusLabel(status)}, ${dateTime(queuedAt)}`,
      })),
    },
  ].filter(({ items }) => items.length > 0)
}

/** The input of the next debug run, and how the last one ended. */
export function DebugPanel({ workflow, draft, executionId, onClose, onRun }: Props) {
  const [source, setSource] = useState(SAMPLE)
  const input = useQuery(debugInputQuery(workflow.key, sourceOf(source)))
  const [edited, setEdited] = useState<{ of: string; value: Json | undefined }>()
  // What was typed holds until another input is chosen.
  const value = edited?.of === source ? edited.value : input.data
  const debug = useDebugWorkflow()
  const sources = useSources(workflow, draft.definition.trigger.type === 'webhook')
  const run = () => {
    if (!isObject(value)) return
    debug.mutate(
      { key: workflow.key, definition: draft.definition, context: value },
      { onSuccess: (started) => onRun(started.executionId) },
    )
  }
  return (
    <Panel
      title="Debug the draft"
      label="Debug"
      icon={IconBug}
      onClose={onClose}
      closeLabel="Show the canvas"
      closeOnPhone
      className={classes.panel}
    >
      <Stack gap="md">
        <Select
          label="Start from"
          data={sources}
          value={source}
          allowDeselect={false}
          searchable
          onChange={(next) => next && setSource(next)}
        />
        <JsonInput
          label="What triggers it"
          description="Read in the workflow as $context. Change what you like."
          value={value}
          onChange={(next) => setEdited({ of: source, value: next })}
          minHeight={180}
          maxHeight={420}
        />
        <ErrorNote error={input.error ?? debug.error} />
        {draft.problems.length > 0 && <ProblemList draft={draft} onProblem={() => {}} />}
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Text fz="xs" c="dimmed">
            Nodes act for real. No other workflow starts, and the run is counted nowhere.
          </Text>
          <Button loading={debug.isPending} disabled={!isObject(value)} onClick={run} style={{ flexShrink: 0 }}>
            {executionId ? 'Run again' : 'Run'}
          </Button>
        </Group>
        {executionId && <LastRun id={executionId} />}
      </Stack>
    </Panel>
  )
}

function LastRun({ id }: { id: string }) {
  const execution = useExecution(id).data
  if (!execution) return null
  return (
    <section className={classes.section} aria-label="Last run">
      <Group gap="xs">
        <StatusBadge status={execution.status} />
        <Text fz="sm" c="dimmed" className="tabular">
          {between(execution.startedAt ?? execution.queuedAt, execution.finishedAt)}
        </Text>
        <Text fz="sm" component={Link} to={`/executions/${id}`} c="var(--ens-accent)">
          Open the run
        </Text>
      </Group>
      {execution.error && (
        <Text fz="sm" c="var(--ens-red)" mt={6}>
          {execution.error.message}
        </Text>
      )}
      <Text fz="xs" c="dimmed" mt={6}>
        Choose a node on the canvas to see what went in and what came out.
      </Text>
    </section>
  )
}
