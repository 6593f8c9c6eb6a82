import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconBroadcast, IconRepeat, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { eventsQuery, eventTypesQuery, type StoredEvent, useReplayEvents } from '../../api/events.ts'
import { ago, dateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import { ShowOlder } from '../../ui/ShowOlder.tsx'
import { useChosen } from '../../ui/use-chosen.tsx'
import { runsStarted } from '../executions/execution-words.ts'
import { EventName } from './EventName.tsx'
import { paramsInWords, sourceOf } from './event-words.ts'

interface Props {
  /** Only events of this name. */
  name?: string
  mayReplay: boolean
  onName: (name: string | undefined) => void
  onOpen: (id: string) => void
}

/** Every event that was emitted, newest first. */
export function EventList({ name, mayReplay, onName, onOpen }: Props) {
  const events = useInfiniteQuery(eventsQuery(name ? { name } : {}))
  const types = useQuery(eventTypesQuery)
  const chosen = useChosen('Choose for a replay')
  const replay = useReplayEvents()
  const now = useNow(true, 5_000)
  const rows = events.data?.pages.flatMap(({ data }) => data)
  const titles = new Map((types.data ?? []).map((type) => [type.name, type.title]))
  // The oldest first, as they were emitted.
  const ordered = (rows ?? []).filter(({ id }) => chosen.ids.has(id)).reverse()
  const columns: Column<StoredEvent>[] = [
    ...(mayReplay ? [chosen.column] : []),
    {
      key: 'name',
      title: 'Event',
      render: (row) => (
        <>
          <EventName name={row.name} title={titles.get(row.name)} />
          <Text fz="xs" lineClamp={2} hiddenFrom="sm" style={{ overflowWrap: 'anywhere' }}>
            {paramsInWords(row.params)}
          </Text>
        </>
      ),
    },
    {
      key: 'params',
      title: 'Parameters',
      wideOnly: true,
      render: ({ params }) => (
        <Text fz="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {paramsInWords(params) || '–'}
        </Text>
      ),
    },
    {
      key: 'source',
      title: 'Emitted by',
      wideOnly: true,
      render: (row) => (
        <Text fz="sm" c="dimmed">
          {row.emitter ?? sourceOf(row).words}
          {sourceOf(row).debug && ' (debug)'}
        </Text>
      ),
    },
    {
      key: 'at',
      title: 'When',
      width: 120,
      render: ({ emittedAt, dueAt }) => (
        <Text fz="sm" c="dimmed" title={dateTime(emittedAt)}>
          {ago(emittedAt, now)}
          {dueAt && ', delayed'}
        </Text>
      ),
    },
  ]
  if (events.error && !rows) return <ErrorState error={events.error} onRetry={() => void events.refetch()} />
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs" mih={36}>
        <Select
          aria-label="Event"
          placeholder="Any event"
          clearable
          clearButtonProps={{ 'aria-label': 'Any event' }}
          searchable
          w={260}
          data={[...new Set([...titles.keys(), ...(name ? [name] : [])])]}
          value={name ?? null}
          onChange={(next) => {
            chosen.clear()
            onName(next ?? undefined)
          }}
        />
        {chosen.ids.size > 0 && (
          <Button
            leftSection={<IconRepeat size={15} />}
            loading={replay.isPending}
            onClick={() =>
              replay.mutate(
                ordered.map(({ id }) => id),
                {
                  onSuccess: (count) => {
                    chosen.clear()
                    showDone(runsStarted(count))
                  },
                },
              )
            }
          >
            {chosen.ids.size === 1 ? 'Replay' : `Replay ${chosen.ids.size}`}
          </Button>
        )}
      </Group>
      <DataTable
        label="Events"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        onOpen={({ id }) => onOpen(id)}
        empty={
          name ? (
            <EmptyState
              icon={IconSearch}
              title={`“${name}” was not emitted yet`}
              action={
                <Button variant="default" onClick={() => onName(undefined)}>
                  Show all events
                </Button>
              }
            />
          ) : (
            <EmptyState icon={IconBroadcast} title="Nothing was emitted yet">
              Emit one here, with a “Create event” node, the SDK, or <code>POST /api/events/&lt;name&gt;</code>.
              Workflows with the trigger “Event” listen.
            </EmptyState>
          )
        }
        footer={<ShowOlder query={events} />}
      />
    </Stack>
  )
}
