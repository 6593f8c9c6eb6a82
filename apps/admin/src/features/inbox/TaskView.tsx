import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { executionQuery } from '../../api/executions.ts'
import { canWorkflow, useMe } from '../../api/session.ts'
import { taskQuery } from '../../api/tasks.ts'
import type { JsonObject, Task } from '../../api/types.ts'
import { asText, humanize, isObject } from '../../lib/json.ts'
import { ago, dateTime } from '../../lib/time.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import type { InboxSearch } from './InboxPage.tsx'
import classes from './inbox.module.css'
import { TaskForm } from './TaskForm.tsx'

export function TaskView({ id, search }: { id: string; search: InboxSearch }) {
  const task = useQuery(taskQuery(id))
  const me = useMe()
  if (task.error && !task.data) return <ErrorState error={task.error} onRetry={() => void task.refetch()} />
  if (!task.data)
    return (
      <div className={classes.task} aria-busy>
        <Skeleton h={22} w="60%" />
        <Skeleton h={140} mt="lg" />
      </div>
    )
  const { title, description, status, createdAt, dueAt, executionId } = task.data
  return (
    <article className={classes.task}>
      <Link to="/inbox" search={search} className={classes.back}>
        ← Inbox
      </Link>
      <h2>{title}</h2>
      <Text c="dimmed" fz="sm" component="div">
        {createdAt && <>Asked {ago(createdAt)}</>}
        {dueAt && (
          <>
            {' · '}due {dateTime(dueAt)}
          </>
        )}
        {canWorkflow(me?.permissions, 'view') && (
          <>
            {' · '}
            <Link to="/executions/$id" params={{ id: executionId }}>
              Open the run
            </Link>
          </>
        )}
      </Text>
      {description && (
        <Text mt="md" style={{ whiteSpace: 'pre-wrap' }}>
          {description}
        </Text>
      )}
      {canWorkflow(me?.permissions, 'view') && <Subject executionId={executionId} />}
      <div className={classes.card}>
        {status === 'pending' ? <TaskForm task={task.data} /> : <Decided task={task.data} />}
      </div>
    </article>
  )
}

function ValueList({ values }: { values: JsonObject }) {
  return (
    <dl className={classes.data}>
      {Object.entries(values).map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{humanize(name)}</dt>
          <dd>{asText(value) || '–'}</dd>
        </div>
      ))}
    </dl>
  )
}

const SYSTEM_FIELDS = new Set(['createdAt', 'updatedAt', 'createdBy', 'updatedBy', 'id'])

/** The record that the run is about, for those who may see runs. */
function Subject({ executionId }: { executionId: string }) {
  const { data } = useQuery(executionQuery(executionId))
  const record = isObject(data?.context) ? data.context.data : undefined
  if (!isObject(record)) return null
  const shown = Object.entries(record).filter(([name, value]) => !SYSTEM_FIELDS.has(name) && value !== null)
  if (shown.length === 0) return null
  return (
    <section className={classes.card} aria-label="What it is about">
      <ValueList values={Object.fromEntries(shown)} />
    </section>
  )
}

function Decided({ task }: { task: Task }) {
  const label = task.decisions.find(({ name }) => name === task.decision)?.label ?? task.decision
  return (
    <Stack gap="sm">
      <StatusBadge status={task.status === 'pending' ? 'pending' : task.status} label={label ?? undefined} />
      {task.decidedAt && (
        <Text c="dimmed" fz="sm">
          {dateTime(task.decidedAt)}
        </Text>
      )}
      {task.values && Object.keys(task.values).length > 0 && <ValueList values={task.values} />}
      {task.comment && <Text style={{ whiteSpace: 'pre-wrap' }}>“{task.comment}”</Text>}
    </Stack>
  )
}
