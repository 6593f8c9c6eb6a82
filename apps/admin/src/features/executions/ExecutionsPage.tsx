import { Button, Group, Select, Text } from '@mantine/core'
import { IconActivity, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { executionsQuery, RUNNING } from '../../api/executions.ts'
import type { ExecutionStatus, ExecutionSummary } from '../../api/types.ts'
import { catalogQuery, workflowsQuery } from '../../api/workflows.ts'
import { ago, between, dateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { ShowOlder } from '../../ui/ShowOlder.tsx'
import { StatusBadge, statusLabel } from '../../ui/StatusBadge.tsx'
import { reasonInWords } from './execution-words.ts'

export interface ExecutionSearch {
  workflow?: string
  status?: ExecutionStatus
  /** Type of the trigger. */
  trigger?: string
}

const STATUSES: ExecutionStatus[] = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'skipped']

export function ExecutionsPage({ search }: { search: ExecutionSearch }) {
  const navigate = useNavigate()
  const executions = useInfiniteQuery(executionsQuery({ ...search, limit: 50 }))
  const workflows = useQuery(workflowsQuery)
  const catalog = useQuery(catalogQuery)
  const triggers = new Map((catalog.data?.triggers ?? []).map(({ type, title }) => [type, title]))
  const rows = executions.data?.pages.flatMap(({ data }) => data)
  const now = useNow(rows?.some(({ status }) => RUNNING.includes(status)) ?? false)
  const setSearch = (next: ExecutionSearch) => void navigate({ to: '/executions', search: next, replace: true })
  const filterBy = (name: keyof ExecutionSearch, value: string | null) => {
    const { [name]: _old, ...rest } = search
    setSearch(value === null ? rest : { ...rest, [name]: value })
  }

  const columns: Column<ExecutionSummary>[] = [
    { key: 'status', title: 'Status', width: 118, render: (row) => <StatusBadge status={row.status} /> },
    {
      key: 'workflow',
      title: 'Workflow',
      render: (row) => (
        <div>
          <Text fw={500}>{row.workflowTitle ?? 'Deleted workflow'}</Text>
          <Remark execution={row} />
        </div>
      ),
    },
    {
      key: 'trigger',
      title: 'Trigger',
      wideOnly: true,
      width: 150,
      render: ({ trigger }) => (
        <Text c="dimmed" fz="sm">
          {triggers.get(trigger ?? '') ?? trigger}
        </Text>
      ),
    },
    {
      key: 'version',
      title: 'Version',
      wideOnly: true,
      width: 90,
      render: (row) => (
        <Text c="dimmed" fz="sm">
          {row.version === null ? 'Draft' : `v${row.version}`}
        </Text>
      ),
    },
    {
      key: 'started',
      title: 'Started',
      render: (row) => (
        <Text c="dimmed" fz="sm" style={{ whiteSpace: 'nowrap' }} title={dateTime(row.startedAt ?? row.queuedAt)}>
          {ago(row.startedAt ?? row.queuedAt, now)}
        </Text>
      ),
    },
    {
      key: 'took',
      title: 'Took',
      align: 'right',
      wideOnly: true,
      render: (row) => (
        <Text c="dimmed" fz="sm" className="tabular" style={{ whiteSpace: 'nowrap' }}>
          {between(row.startedAt, row.finishedAt, now)}
        </Text>
      ),
    },
  ]

  const filtered = Object.keys(search).length > 0
  return (
    <Page title="Executions" description="Every run of every workflow, newest first.">
      <Group mb="sm" gap="xs">
        <Select
          placeholder="Any workflow"
          aria-label="Workflow"
          clearable
          clearButtonProps={{ 'aria-label': 'Any workflow' }}
          searchable
          w={240}
          data={(workflows.data ?? []).map(({ key, title }) => ({ value: key, label: title }))}
          value={search.workflow ?? null}
          onChange={(workflow) => filterBy('workflow', workflow)}
        />
        <Select
          placeholder="Any status"
          aria-label="Status"
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          w={150}
          data={STATUSES.map((value) => ({ value, label: statusLabel(value) }))}
          value={search.status ?? null}
          onChange={(status) => filterBy('status', status)}
        />
        <Select
          placeholder="Any trigger"
          aria-label="Trigger"
          clearable
          clearButtonProps={{ 'aria-label': 'Any trigger' }}
          w={190}
          data={[...triggers].map(([value, label]) => ({ value, label }))}
          value={search.trigger ?? null}
          onChange={(trigger) => filterBy('trigger', trigger)}
        />
      </Group>
      {executions.error && !rows ? (
        <ErrorState error={executions.error} onRetry={() => void executions.refetch()} />
      ) : (
        <DataTable
          label="Executions"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          onOpen={(row) => void navigate({ to: '/executions/$id', params: { id: row.id } })}
          empty={
            filtered ? (
              <EmptyState
                icon={IconSearch}
                title="No execution matches"
                action={
                  <Button variant="default" onClick={() => setSearch({})}>
                    Clear the filters
                  </Button>
                }
              />
            ) : (
              <EmptyState
                icon={IconActivity}
                title="Nothing has run yet"
                action={
                  <Button variant="default" onClick={() => void navigate({ to: '/workflows' })}>
                    Go to the workflows
                  </Button>
                }
              >
                Deploy and enable a workflow; its runs appear here as they happen.
              </EmptyState>
            )
          }
          footer={<ShowOlder query={executions} />}
        />
      )}
    </Page>
  )
}

/** Why it failed or was skipped, else its label. */
function Remark({ execution }: { execution: ExecutionSummary }) {
  const { status, label } = execution
  const words = reasonInWords(execution) ?? label
  if (!words) return null
  return (
    <Text
      fz="xs"
      c={status === 'failed' ? 'var(--ens-red)' : 'dimmed'}
      lineClamp={1}
      style={{ wordBreak: 'break-all' }}
    >
      {words}
    </Text>
  )
}
