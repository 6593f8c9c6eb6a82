import { Button, Group, Select, Text } from '@mantine/core'
import { IconActivity, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { executionsQuery, RUNNING } from '../../api/executions.ts'
import type { ExecutionStatus, ExecutionSummary } from '../../api/types.ts'
import { workflowsQuery } from '../../api/workflows.ts'
import { ago, between, dateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { StatusBadge, statusLabel } from '../../ui/StatusBadge.tsx'

export interface ExecutionSearch {
  workflow?: string
  status?: ExecutionStatus
}

const STATUSES: ExecutionStatus[] = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'skipped']

export function ExecutionsPage({ search }: { search: ExecutionSearch }) {
  const navigate = useNavigate()
  const executions = useInfiniteQuery(executionsQuery({ ...search, limit: 50 }))
  const workflows = useQuery(workflowsQuery)
  const rows = executions.data?.pages.flatMap(({ data }) => data)
  const now = useNow(rows?.some(({ status }) => RUNNING.includes(status)) ?? false)
  const setSearch = (next: ExecutionSearch) => void navigate({ to: '/executions', search: next, replace: true })

  const columns: Column<ExecutionSummary>[] = [
    { key: 'status', title: 'Status', width: 130, render: (row) => <StatusBadge status={row.status} /> },
    {
      key: 'workflow',
      title: 'Workflow',
      render: (row) => (
        <div>
          <Text fw={500}>{row.workflowTitle ?? 'Deleted workflow'}</Text>
          {(row.label || row.error) && (
            <Text fz="xs" c={row.error ? 'var(--ens-red)' : 'dimmed'} lineClamp={1}>
              {row.error?.message ?? row.label}
            </Text>
          )}
        </div>
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
        <Text c="dimmed" fz="sm" title={dateTime(row.startedAt ?? row.queuedAt)}>
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
        <Text c="dimmed" fz="sm" className="tabular">
          {between(row.startedAt, row.finishedAt, now)}
        </Text>
      ),
    },
  ]

  const filtered = Boolean(search.workflow || search.status)
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
          onChange={(workflow) =>
            setSearch({ ...(search.status ? { status: search.status } : {}), ...(workflow ? { workflow } : {}) })
          }
        />
        <Select
          placeholder="Any status"
          aria-label="Status"
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          w={150}
          data={STATUSES.map((value) => ({ value, label: statusLabel(value) }))}
          value={search.status ?? null}
          onChange={(status) =>
            setSearch({
              ...(search.workflow ? { workflow: search.workflow } : {}),
              ...(status ? { status: status as ExecutionStatus } : {}),
            })
          }
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
          footer={
            executions.hasNextPage && (
              <Button
                variant="default"
                size="compact-sm"
                loading={executions.isFetchingNextPage}
                onClick={() => void executions.fetchNextPage()}
              >
                Show older
              </Button>
            )
          }
        />
      )}
    </Page>
  )
}
