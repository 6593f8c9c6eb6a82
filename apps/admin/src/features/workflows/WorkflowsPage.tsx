import { Button, Group, Select, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconPlus, IconSearch, IconSitemap } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, useState } from 'react'
import { canWorkflow, useMe } from '../../api/session.ts'
import type { WorkflowSummary } from '../../api/types.ts'
import { catalogQuery, useEnableWorkflow, workflowsQuery } from '../../api/workflows.ts'
import { ago } from '../../lib/time.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { Chip, StatusBadge } from '../../ui/StatusBadge.tsx'
import { CreateWorkflowModal } from './CreateWorkflowModal.tsx'
import classes from './workflows.module.css'

export interface WorkflowSearch {
  q?: string
  trigger?: string
}

function matches(workflow: WorkflowSummary, { q = '', trigger }: WorkflowSearch): boolean {
  if (trigger && workflow.trigger.type !== trigger) return false
  const text = `${workflow.title} ${workflow.key} ${workflow.tags?.join(' ') ?? ''}`.toLowerCase()
  return text.includes(q.toLowerCase())
}

export function WorkflowsPage({ search }: { search: WorkflowSearch }) {
  const navigate = useNavigate()
  const workflows = useQuery(workflowsQuery)
  const catalog = useQuery(catalogQuery)
  const me = useMe()
  const enable = useEnableWorkflow()
  const [creating, setCreating] = useState(false)
  const [text, setText] = useState(search.q ?? '')
  const setSearch = (next: WorkflowSearch) => void navigate({ to: '/workflows', search: next, replace: true })
  const searchSoon = useDebouncedCallback((q: string) => setSearch({ ...search, q }), 200)
  const mayEdit = canWorkflow(me?.permissions, 'edit')
  const mayDeploy = canWorkflow(me?.permissions, 'deploy')
  const triggerTitle = (type: string) => catalog.data?.triggers.find((item) => item.type === type)?.title ?? type
  const create = mayEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New workflow
    </Button>
  )

  const columns: Column<WorkflowSummary>[] = [
    {
      key: 'title',
      title: 'Workflow',
      render: (row) => (
        <div>
          <Group gap={8} wrap="nowrap">
            <Text fw={500}>{row.title}</Text>
            {row.sync && <Chip>Sync</Chip>}
          </Group>
          <Text fz="xs" c="dimmed" className="mono">
            {row.key}
          </Text>
        </div>
      ),
    },
    { key: 'trigger', title: 'Trigger', wideOnly: true, render: (row) => triggerTitle(row.trigger.type) },
    {
      key: 'version',
      title: 'Version',
      wideOnly: true,
      render: (row) => (
        <Group gap={6}>
          {row.liveVersion === null ? <Chip>Not deployed</Chip> : <Chip tone="green">v{row.liveVersion}</Chip>}
          {row.liveVersion !== null && row.hasDraftChanges && <Chip tone="amber">Draft changes</Chip>}
        </Group>
      ),
    },
    {
      key: 'lastRun',
      title: 'Last run',
      wideOnly: true,
      render: (row) =>
        row.lastRun ? (
          <Group gap={8} wrap="nowrap">
            <StatusBadge status={row.lastRun.status} label={ago(row.lastRun.queuedAt)} />
          </Group>
        ) : (
          <Text c="dimmed" fz="sm">
            Never
          </Text>
        ),
    },
    {
      key: 'updated',
      title: 'Changed',
      wideOnly: true,
      render: (row) => (
        <Text c="dimmed" fz="sm">
          {ago(row.updatedAt)}
        </Text>
      ),
    },
    {
      key: 'enabled',
      title: 'Enabled',
      align: 'right',
      width: 90,
      render: (row) => (
        <span className={classes.switch}>
          <Switch
            // Keeps the row from opening.
            wrapperProps={{ onClick: (event: MouseEvent) => event.stopPropagation() }}
            checked={row.enabled}
            disabled={!mayDeploy || row.liveVersion === null}
            aria-label={`${row.title} is enabled`}
            onChange={(event) => enable.mutate({ key: row.key, enabled: event.currentTarget.checked })}
          />
        </span>
      ),
    },
  ]

  const rows = workflows.data?.filter((item) => matches(item, search))
  const filtered = Boolean(search.q || search.trigger)
  return (
    <Page
      title="Workflows"
      description="What ensues when something happens."
      actions={(workflows.data?.length ?? 0) > 0 && create}
    >
      {(workflows.data?.length ?? 1) > 0 && (
        <Group mb="sm" gap="xs">
          <TextInput
            leftSection={<IconSearch size={15} />}
            placeholder="Search workflows"
            aria-label="Search workflows"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              searchSoon(event.currentTarget.value)
            }}
            className={classes.searchInput}
          />
          <Select
            placeholder="Any trigger"
            aria-label="Trigger"
            clearable
            clearButtonProps={{ 'aria-label': 'Any trigger' }}
            w={180}
            data={(catalog.data?.triggers ?? []).map(({ type, title }) => ({ value: type, label: title }))}
            value={search.trigger ?? null}
            onChange={(trigger) => setSearch({ ...(search.q ? { q: search.q } : {}), ...(trigger ? { trigger } : {}) })}
          />
        </Group>
      )}
      {workflows.error ? (
        <ErrorState error={workflows.error} onRetry={() => void workflows.refetch()} />
      ) : (
        <DataTable
          label="Workflows"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.key}
          onOpen={(row) => void navigate({ to: '/workflows/$key', params: { key: row.key } })}
          empty={
            filtered ? (
              <EmptyState
                icon={IconSearch}
                title="No workflow matches"
                action={
                  <Button
                    variant="default"
                    onClick={() => {
                      setText('')
                      setSearch({})
                    }}
                  >
                    Clear the filters
                  </Button>
                }
              />
            ) : (
              <EmptyState icon={IconSitemap} title="No workflows yet" action={create}>
                A workflow starts when something happens, such as a form being submitted, and does what should follow
                from it.
              </EmptyState>
            )
          }
        />
      )}
      <CreateWorkflowModal opened={creating} onClose={() => setCreating(false)} />
    </Page>
  )
}
