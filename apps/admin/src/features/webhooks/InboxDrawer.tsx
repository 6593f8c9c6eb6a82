import { Button, Drawer, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconWebhook } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type DeliveryOutcome, type DeliverySummary, deliveriesQuery, useReplay } from '../../api/deliveries.ts'
import { ago, dateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import { ShowOlder } from '../../ui/ShowOlder.tsx'
import { useChosen } from '../../ui/use-chosen.tsx'
import { runsStarted } from '../executions/execution-words.ts'
import { DeliveryView } from './DeliveryView.tsx'
import { OutcomeChip } from './OutcomeChip.tsx'

interface Props {
  opened: boolean
  onClose: () => void
  workflowKey: string
  /** A body of the inbox as the sample that variables are read from. */
  onSample?: (body: string) => void
}

/** Every request that came to the webhook, what became of it, and starting it once more. */
export function InboxDrawer({ opened, onClose, workflowKey, onSample }: Props) {
  const [shown, setShown] = useState<string>()
  return (
    <Drawer opened={opened} onClose={onClose} title="Requests" size={760}>
      {opened &&
        (shown ? (
          <DeliveryView
            id={shown}
            onBack={() => setShown(undefined)}
            {...(onSample
              ? {
                  onSample: (body) => {
                    onSample(body)
                    onClose()
                  },
                }
              : {})}
          />
        ) : (
          <Deliveries workflowKey={workflowKey} onOpen={setShown} />
        ))}
    </Drawer>
  )
}

function Deliveries({ workflowKey, onOpen }: { workflowKey: string; onOpen: (id: string) => void }) {
  const [outcome, setOutcome] = useState<DeliveryOutcome | 'all'>('all')
  const chosen = useChosen('Choose for a replay')
  const query = useInfiniteQuery(
    deliveriesQuery({ workflow: workflowKey, limit: 50, ...(outcome === 'all' ? {} : { outcome }) }),
  )
  const replay = useReplay()
  const rows = query.data?.pages.flatMap(({ data }) => data)
  const now = useNow(true)
  const start = (version: 'live' | 'draft') =>
    replay.mutate(
      { ids: [...chosen.ids], version },
      {
        onSuccess: ({ executions }) => {
          chosen.clear()
          showDone(runsStarted(executions.length))
        },
      },
    )
  if (query.error && !rows) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const columns: Column<DeliverySummary>[] = [
    chosen.column,
    {
      key: 'outcome',
      title: 'Outcome',
      width: 110,
      wideOnly: true,
      render: ({ outcome }) => <OutcomeChip outcome={outcome} />,
    },
    {
      key: 'request',
      title: 'Request',
      render: (row) => (
        <div>
          <Group gap="xs" hiddenFrom="sm" mb={4}>
            <OutcomeChip outcome={row.outcome} />
            <Text fz="xs" c="dimmed">
              {ago(row.at, now)}
            </Text>
          </Group>
          <Text fz="sm" className="mono" lineClamp={1} style={{ wordBreak: 'break-all' }}>
            {row.method} {row.path}
          </Text>
          {row.message && (
            <Text fz="xs" c={row.outcome === 'rejected' ? 'var(--ens-red)' : 'dimmed'} lineClamp={2}>
              {row.message}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'status',
      title: 'Answer',
      align: 'right',
      width: 76,
      render: ({ status }) => <span className="tabular">{status ?? '…'}</span>,
    },
    {
      key: 'at',
      title: 'Came',
      wideOnly: true,
      width: 110,
      render: ({ at }) => (
        <Text fz="sm" c="dimmed" title={dateTime(at)}>
          {ago(at, now)}
        </Text>
      ),
    },
  ]
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Outcome"
          data={[
            { value: 'all', label: 'All' },
            { value: 'accepted', label: 'Accepted' },
            { value: 'rejected', label: 'Rejected' },
            { value: 'duplicate', label: 'Duplicates' },
          ]}
          value={outcome}
          onChange={(next) => setOutcome(next as DeliveryOutcome | 'all')}
        />
        {chosen.ids.size > 0 && (
          <Group gap="xs">
            <Button variant="default" size="xs" loading={replay.isPending} onClick={() => start('draft')}>
              Replay with the draft
            </Button>
            <Button size="xs" loading={replay.isPending} onClick={() => start('live')}>
              Replay{chosen.ids.size === 1 ? '' : ` ${chosen.ids.size}`}
            </Button>
          </Group>
        )}
      </Group>
      <DataTable
        label="Requests"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        onOpen={({ id }) => onOpen(id)}
        empty={
          <EmptyState icon={IconWebhook} title="Listening for a request">
            Whatever is sent to the URL shows up here within two seconds, also what is refused.
          </EmptyState>
        }
        footer={<ShowOlder query={query} />}
      />
    </Stack>
  )
}
