import { Button, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconRepeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type EventDetails, eventQuery, eventTypesQuery, useReplayEvents } from '../../api/events.ts'
import { executionQuery } from '../../api/executions.ts'
import { useWorkflows } from '../../api/workflows.ts'
import { dateTime } from '../../lib/time.ts'
import { CopyText } from '../../ui/CopyText.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { JsonView } from '../../ui/JsonView.tsx'
import { showDone } from '../../ui/notify.ts'
import { Chip, StatusBadge } from '../../ui/StatusBadge.tsx'
import { reasonInWords, runsStarted } from '../executions/execution-words.ts'
import { EventName } from './EventName.tsx'
import { sourceOf } from './event-words.ts'
import classes from './events.module.css'

interface Props {
  id: string | undefined
  mayReplay: boolean
  onClose: () => void
}

/** One event: its parameters, who emitted it, and what it has started. */
export function EventDrawer({ id, mayReplay, onClose }: Props) {
  return (
    <Drawer opened={id !== undefined} onClose={onClose} title="Event" size={560}>
      {id && <Details id={id} mayReplay={mayReplay} />}
    </Drawer>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className={classes.heading}>{title}</h3>
      {children}
    </section>
  )
}

function Details({ id, mayReplay }: { id: string; mayReplay: boolean }) {
  const event = useQuery(eventQuery(id))
  const types = useQuery(eventTypesQuery)
  const replay = useReplayEvents()
  if (event.error && !event.data) return <ErrorState error={event.error} onRetry={() => void event.refetch()} />
  if (!event.data)
    return (
      <Stack>
        <Skeleton h={44} />
        <Skeleton h={120} />
        <Skeleton h={90} />
      </Stack>
    )
  const { name, params, emittedAt, dueAt, orderingKey, idempotencyKey, executions } = event.data
  const source = sourceOf(event.data)
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <EventName name={name} title={types.data?.find((type) => type.name === name)?.title} />
        {mayReplay && (
          <Button
            variant="default"
            leftSection={<IconRepeat size={15} />}
            style={{ flexShrink: 0 }}
            loading={replay.isPending}
            onClick={() => replay.mutate([id], { onSuccess: (count) => showDone(runsStarted(count)) })}
          >
            Replay
          </Button>
        )}
      </Group>
      <dl className={classes.facts}>
        <dt>Emitted</dt>
        <dd>{dateTime(emittedAt)}</dd>
        <dt>By</dt>
        <dd>
          {source.executionId ? <Emitter id={source.executionId} words={source.words} /> : source.words}
          {source.debug && ' (debug)'}
        </dd>
        {dueAt && (
          <>
            <dt>Listeners start</dt>
            <dd>{dateTime(dueAt)}</dd>
          </>
        )}
        {orderingKey && (
          <>
            <dt>In order by</dt>
            <dd>{orderingKey}</dd>
          </>
        )}
        {idempotencyKey && source.kind === 'api' && (
          <>
            <dt>Idempotency key</dt>
            <dd>{idempotencyKey}</dd>
          </>
        )}
        <dt>ID</dt>
        <dd>
          <CopyText text={id} label="Copy the event id" />
        </dd>
      </dl>
      <Part title="Parameters">
        <JsonView value={params} label="the parameters" />
      </Part>
      <Part title="Started">
        <Started executions={executions} waits={dueAt !== null} />
      </Part>
    </Stack>
  )
}

/** The run that emitted the event, by the title of its workflow. */
function Emitter({ id, words }: { id: string; words: string }) {
  const execution = useQuery(executionQuery(id))
  return (
    <Link to="/executions/$id" params={{ id }} className={classes.link}>
      {execution.data?.workflowTitle ?? words}
    </Link>
  )
}

interface StartedProps {
  executions: EventDetails['executions']
  waits: boolean
}

function Started({ executions, waits }: StartedProps) {
  const workflows = useWorkflows()
  const titleOf = (key: string | null) =>
    key === null ? 'Deleted workflow' : (workflows.data?.find((item) => item.key === key)?.title ?? key)
  if (executions.length === 0)
    return (
      <Text c="dimmed" fz="sm">
        {waits ? 'Its listeners start when it is due.' : 'No enabled workflow listened to it.'}
      </Text>
    )
  return (
    <ul className={classes.started}>
      {executions.map(({ id, workflow, status, reason, replay, queuedAt }) => (
        <li key={id}>
          <Link to="/executions/$id" params={{ id }} className={classes.run}>
            <span className={classes.runTitle}>
              {titleOf(workflow)}
              <small>{status === 'skipped' ? reasonInWords({ reason }) : dateTime(queuedAt)}</small>
            </span>
            {replay && <Chip>Replay</Chip>}
            <StatusBadge status={status} />
          </Link>
        </li>
      ))}
    </ul>
  )
}
