import { ActionIcon, Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconBroadcast, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type EventType, eventTypesQuery, useDeleteEventType } from '../../api/events.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import { EventName } from './EventName.tsx'
import { EventTypeDrawer } from './EventTypeDrawer.tsx'
import classes from './events.module.css'

interface Props {
  mayEdit: boolean
  onEmit?: (name: string) => void
  /** Shows what was emitted under a name. */
  onName: (name: string) => void
}

/** What can happen: declared events, those that workflows name, and those of the system. */
export function EventTypes({ mayEdit, onEmit, onName }: Props) {
  const types = useQuery(eventTypesQuery)
  const remove = useDeleteEventType()
  const [editing, setEditing] = useState<EventType | 'new'>()
  const [removing, setRemoving] = useState<string>()
  if (types.error && !types.data) return <ErrorState error={types.error} onRetry={() => void types.refetch()} />
  const own = types.data?.filter(({ builtIn }) => !builtIn)
  const system = types.data?.filter(({ builtIn }) => builtIn)
  const create = mayEdit && (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      Declare an event
    </Button>
  )
  const columns: Column<EventType>[] = [
    {
      key: 'name',
      title: 'Event',
      render: (row) => (
        <div>
          <EventName name={row.name} title={row.title} />
          {row.description && (
            <Text fz="xs" c="dimmed" lineClamp={2}>
              {row.description}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'schema',
      title: 'Parameters',
      wideOnly: true,
      width: 190,
      render: (row) => <Parameters type={row} />,
    },
    {
      key: 'emitters',
      title: 'Emitted by',
      wideOnly: true,
      render: (row) => <Workflows list={row.emitters} none={row.builtIn ? 'The system' : '–'} />,
    },
    { key: 'listeners', title: 'Starts', render: (row) => <Workflows list={row.listeners} none="–" /> },
    {
      key: 'actions',
      title: '',
      align: 'right',
      width: 84,
      render: ({ name, builtIn, declared }) => (
        <Group gap={2} justify="flex-end" wrap="nowrap">
          {!builtIn && onEmit && (
            <Tooltip label="Emit">
              <ActionIcon
                aria-label={`Emit ${name}`}
                onClick={(event) => {
                  event.stopPropagation()
                  onEmit(name)
                }}
              >
                <IconBroadcast size={15} />
              </ActionIcon>
            </Tooltip>
          )}
          {!builtIn && declared && mayEdit && (
            <Tooltip label="Delete the declaration">
              <ActionIcon
                aria-label={`Delete ${name}`}
                onClick={(event) => {
                  event.stopPropagation()
                  setRemoving(name)
                }}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ),
    },
  ]
  return (
    <Stack gap="lg">
      <section aria-label="Your events">
        <Group justify="space-between" mb="sm">
          <h2 className={classes.group}>Your events</h2>
          {(own?.length ?? 0) > 0 && create}
        </Group>
        <DataTable
          label="Your events"
          columns={columns}
          rows={own}
          rowKey={({ name }) => name}
          onOpen={setEditing}
          empty={
            <EmptyState icon={IconBroadcast} title="No events of your own" action={create}>
              An event need not be declared. Who does can say what it means, and have its parameters checked wherever it
              is emitted.
            </EmptyState>
          }
        />
      </section>
      <section aria-label="Events of the system">
        <h2 className={classes.group}>Events of the system</h2>
        <Text c="dimmed" fz="sm" mb="sm">
          Emitted by the product itself, and stored while a workflow listens.
        </Text>
        <DataTable
          label="Events of the system"
          columns={columns.filter(({ key }) => key !== 'actions' && key !== 'emitters')}
          rows={system}
          rowKey={({ name }) => name}
          onOpen={setEditing}
          empty={null}
        />
      </section>
      <EventTypeDrawer type={editing} mayEdit={mayEdit} onClose={() => setEditing(undefined)} onName={onName} />
      <ConfirmModal
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title="Delete the declaration"
        confirm="Delete declaration"
        onConfirm={() => remove.mutateAsync(removing ?? '')}
      >
        “{removing}” can still be emitted and listened to; its parameters are no longer checked. What was emitted stays.
      </ConfirmModal>
    </Stack>
  )
}

function Parameters({ type: { schema } }: { type: EventType }) {
  const names = Object.keys((schema?.properties as object | undefined) ?? {})
  if (!schema)
    return (
      <Text fz="sm" c="dimmed">
        Any
      </Text>
    )
  return (
    <Text fz="sm" lineClamp={2}>
      {names.join(', ') || 'By a schema'}
    </Text>
  )
}

function Workflows({ list, none }: { list: { workflow: string; title: string; enabled?: boolean }[]; none: string }) {
  const unique = list.filter(({ workflow }, index) => list.findIndex((other) => other.workflow === workflow) === index)
  if (unique.length === 0)
    return (
      <Text fz="sm" c="dimmed">
        {none}
      </Text>
    )
  return (
    <div className={classes.people}>
      {unique.map(({ workflow, title, enabled }) => (
        <span key={workflow}>
          <Link to="/workflows/$key" params={{ key: workflow }} onClick={(event) => event.stopPropagation()}>
            {title}
          </Link>
          {enabled === false && <Chip>Disabled</Chip>}
        </span>
      ))}
    </div>
  )
}
