import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { IconInbox, IconMailOpened } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { tasksQuery } from '../../api/tasks.ts'
import type { Task } from '../../api/types.ts'
import { ago } from '../../lib/time.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import classes from './inbox.module.css'
import { TaskView } from './TaskView.tsx'

export interface InboxSearch {
  tab?: 'done'
}

/** The tasks on the left, the chosen one beside them; on a phone one or the other. */
export function InboxPage({ search, taskId }: { search: InboxSearch; taskId: string | undefined }) {
  const navigate = useNavigate()
  const status = search.tab === 'done' ? 'done' : 'pending'
  return (
    <div className={classes.inbox} data-open={taskId !== undefined}>
      <section className={classes.list} aria-label="Tasks">
        <div className={classes.head}>
          <h1>Inbox</h1>
          <SegmentedControl
            size="xs"
            aria-label="Which tasks"
            data={[
              { value: 'pending', label: 'To do' },
              { value: 'done', label: 'Done' },
            ]}
            value={status}
            onChange={(tab) => void navigate({ to: '/inbox', search: tab === 'done' ? { tab: 'done' } : {} })}
          />
        </div>
        <TaskList status={status} taskId={taskId} search={search} />
      </section>
      <section className={classes.detail} aria-label="Task">
        {taskId === undefined ? (
          <EmptyState icon={IconMailOpened} title="No task chosen">
            Choose one on the left to see what is asked of you.
          </EmptyState>
        ) : (
          <TaskView key={taskId} id={taskId} search={search} />
        )}
      </section>
    </div>
  )
}

function TaskList({
  status,
  taskId,
  search,
}: {
  status: 'pending' | 'done'
  taskId: string | undefined
  search: InboxSearch
}) {
  const tasks = useQuery(tasksQuery(status))
  if (tasks.error && !tasks.data) return <ErrorState error={tasks.error} onRetry={() => void tasks.refetch()} />
  if (!tasks.data)
    return (
      <div className={classes.skeletons} aria-busy>
        {[1, 2, 3].map((item) => (
          <div key={item}>
            <Skeleton h={13} w="70%" />
            <Skeleton h={10} w="40%" mt={8} />
          </div>
        ))}
      </div>
    )
  if (tasks.data.length === 0)
    return (
      <EmptyState icon={IconInbox} title={status === 'pending' ? 'Nothing to do' : 'Nothing done yet'}>
        {status === 'pending'
          ? 'When a workflow asks for your decision, it appears here without a reload.'
          : 'Tasks that you have decided are kept here.'}
      </EmptyState>
    )
  return (
    <div className={classes.items}>
      {tasks.data.map((task) => (
        <Item key={task.id} task={task} active={task.id === taskId} search={search} />
      ))}
    </div>
  )
}

function Item({ task, active, search }: { task: Task; active: boolean; search: InboxSearch }) {
  const late = task.dueAt && task.status === 'pending' && Date.parse(task.dueAt) < Date.now()
  return (
    <Link
      to="/inbox/$id"
      params={{ id: task.id }}
      search={search}
      className={classes.item}
      data-active={active}
      aria-current={active ? 'true' : undefined}
    >
      <span className={classes.itemTitle}>{task.title}</span>
      <Text component="span" fz="xs" c={late ? 'var(--ens-red)' : 'dimmed'}>
        {task.status === 'pending'
          ? task.dueAt
            ? `Due ${ago(task.dueAt)}`
            : ago(task.createdAt)
          : `${task.decision ?? task.status} · ${ago(task.decidedAt ?? task.createdAt)}`}
      </Text>
    </Link>
  )
}
