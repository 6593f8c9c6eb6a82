import { Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core'
import { IconBroadcast, IconRepeat, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { eventsQuery, eventTypesQuery, type StoredEvent, useReplayEvents } from '../../api/events.ts'
import { ago, dateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import { EventName } from './EventName.tsx'
import { paramsInWords, sourceOf } from './event-words.ts'

interface Props {
  /** Only events of this name. */
  name?: string
  mayReplay: boolean
  onName: (name: string | undefined) => void
  onOpen: (id: string) => void
}

export function runsStarted(count: number): string {
  if (count === 0) return 'No workflow listens; nothing was started.'
  return count === 1 ? 'One run was started.' : `${count} runs were started.`
}

/** Every event that was emitted, newest first. */
export function EventList({ name, mayReplay, onName, onOpen }: Props) {
  const events = useInfiniteQuery(eventsQuery(name ? { name } : {}))
  const types = useQuery(eventTypesQuery)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const replay = useReplayEvents()
  const now = useNow(true, 5_000)
  const rows = events.data?.pages.flatMap(({ data }) => data)
  const titles = new Map((types.data ?? []).map((type) => [type.name, type.title]))
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  // The oldest first, as they were emitted.
  const ordered = (rows ?? []).filter(({ id }) => chosen.has(id)).reverse()
  const columns: Column<StoredEvent>[] = [
    {
      key: 'choose',
      title: '',
      width: 40,
      render: ({ id }) => (
        <Checkbox
          size="xs"
          aria-label="Choose for a replay"
          checked={chosen.has(id)}
          onClick={(event) => event.stopPropagation()}
          onChange={(event) => toggle(id, event.currentTarget.checked)}
        />
      ),
    },
    {
      key: 'name',
      title: 'Event',
      render: (row) => <EventName name={row.name} title={titles.get(row.name)} />,
    },
    {
      key: 'params',
      title: 'Parameters',
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
            setChosen(new Set())
            onName(next ?? undefined)
          }}
        />
        {chosen.size > 0 && (
          <Button
            leftSection={<IconRepeat size={15} />}
            loading={replay.isPending}
            onClick={() =>
              replay.mutate(
                ordered.map(({ id }) => id),
                {
                  onSuccess: (count) => {
                    setChosen(new Set())
                    showDone(runsStarted(count))
                  },
                },
              )
            }
          >
            {chosen.size === 1 ? 'Replay' : `Replay ${chosen.size}`}
          </Button>
        )}
      </Group>
      <DataTable
        label="Events"
        columns={mayReplay ? columns : columns.slice(1)}
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
        footer={
          events.hasNextPage && (
            <Button
              variant="default"
              size="compact-sm"
              loading={events.isFetchingNextPage}
              onClick={() => void events.fetchNextPage()}
            >
              Show older
            </Button>
          )
        }
      />
    </Stack>
  )
}
