import { ActionIcon, Text, Tooltip } from '@mantine/core'
import { IconCalendarTime, IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type Schedule, schedulesQuery, useRunScheduleNow } from '../../api/schedules.ts'
import { ago, zonedDateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import { Chip } from '../../ui/StatusBadge.tsx'

const SOON_MS = 5_000

/** Every schedule that is deployed, those first that fire next. */
export function Schedules() {
  const schedules = useQuery(schedulesQuery)
  const navigate = useNavigate()
  const run = useRunScheduleNow()
  const now = useNow(true, 5_000)
  const columns: Column<Schedule>[] = [
    {
      key: 'workflow',
      title: 'Workflow',
      render: (row) => (
        <div>
          <Text fw={500}>{row.title}</Text>
          <Text fz="xs" c="dimmed">
            {row.words}
          </Text>
        </div>
      ),
    },
    { key: 'next', title: 'Next run', render: (row) => <NextRun schedule={row} now={now} /> },
    {
      key: 'last',
      title: 'Last run',
      wideOnly: true,
      render: (row) => (
        <Text c="dimmed" fz="sm">
          {row.lastFireAt ? ago(row.lastFireAt, now) : 'Never'}
        </Text>
      ),
    },
    { key: 'runs', title: 'Runs', align: 'right', width: 80, wideOnly: true, render: (row) => row.runs },
    {
      key: 'run',
      title: '',
      align: 'right',
      width: 50,
      render: (row) =>
        row.byRecord ? null : (
          <Tooltip label="Run now">
            <ActionIcon
              aria-label={`Run ${row.title} now`}
              onClick={(event) => {
                event.stopPropagation()
                run.mutate(row.workflow, { onSuccess: () => showDone(`${row.title} was started.`) })
              }}
            >
              <IconPlayerPlay size={15} />
            </ActionIcon>
          </Tooltip>
        ),
    },
  ]
  if (schedules.error) return <ErrorState error={schedules.error} onRetry={() => void schedules.refetch()} />
  return (
    <DataTable
      label="Schedules"
      columns={columns}
      rows={schedules.data}
      rowKey={(row) => row.workflow}
      onOpen={(row) => void navigate({ to: '/workflows/$key', params: { key: row.workflow } })}
      empty={
        <EmptyState icon={IconCalendarTime} title="No schedules">
          Workflows with the trigger “Schedule” appear here once they are deployed.
        </EmptyState>
      }
    />
  )
}

function NextRun({ schedule, now }: { schedule: Schedule; now: number }) {
  const { enabled, finishedAt, nextFireAt, timeZone } = schedule
  if (!enabled) return <Chip>Disabled</Chip>
  if (finishedAt) return <Chip>Ended</Chip>
  if (!nextFireAt)
    return (
      <Text c="dimmed" fz="sm">
        No record is due
      </Text>
    )
  return (
    <div>
      <Text fz="sm">{Date.parse(nextFireAt) - now < SOON_MS ? 'Now' : ago(nextFireAt, now)}</Text>
      <Text fz="xs" c="dimmed">
        {zonedDateTime(nextFireAt, timeZone)}
      </Text>
    </div>
  )
}
