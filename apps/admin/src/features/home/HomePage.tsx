import { Skeleton, Text } from '@mantine/core'
import { IconArrowRight, IconCircle, IconCircleCheckFilled } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { collectionsQuery } from '../../api/collections.ts'
import { executionsQuery } from '../../api/executions.ts'
import { canWorkflow, useMe } from '../../api/session.ts'
import { tasksQuery } from '../../api/tasks.ts'
import type { ExecutionSummary } from '../../api/types.ts'
import { workflowsQuery } from '../../api/workflows.ts'
import { ago } from '../../lib/time.ts'
import { ButtonLink } from '../../ui/ButtonLink.tsx'
import { Page } from '../../ui/Page.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { CustomActions } from '../actions/CustomActions.tsx'
import classes from './home.module.css'

export function HomePage() {
  const me = useMe()
  const builder = canWorkflow(me?.permissions, 'view') || canWorkflow(me?.permissions, 'edit')
  const name = me?.user?.name?.split(' ')[0]
  return (
    <Page title={name ? `Hello, ${name}` : 'Home'} actions={<CustomActions place="home" />}>
      <div className={classes.grid}>
        <Waiting />
        {builder && <Overview />}
      </div>
    </Page>
  )
}

function Waiting() {
  const tasks = useQuery(tasksQuery('pending'))
  const count = tasks.data?.length ?? 0
  return (
    <section className={classes.card}>
      <header className={classes.cardHead}>
        <h2>Waits for you</h2>
        <Link to="/inbox">Inbox</Link>
      </header>
      {!tasks.data && !tasks.error && <Skeleton h={14} w="60%" m={16} />}
      {(tasks.data || tasks.error) && count === 0 && (
        <p className={classes.quiet}>Nothing. New tasks appear here by themselves.</p>
      )}
      {tasks.data?.slice(0, 5).map((task) => (
        <Link key={task.id} to="/inbox/$id" params={{ id: task.id }} className={classes.row}>
          <span className="truncate">{task.title}</span>
          <Text component="span" c="dimmed" fz="sm">
            {ago(task.createdAt)}
          </Text>
        </Link>
      ))}
    </section>
  )
}

function countBy(rows: ExecutionSummary[], ...statuses: string[]): number {
  return rows.filter(({ status }) => statuses.includes(status)).length
}

function Overview() {
  const executions = useInfiniteQuery(executionsQuery({ limit: 100 }))
  const workflows = useQuery(workflowsQuery)
  const collections = useQuery(collectionsQuery)
  const rows = executions.data?.pages.flatMap(({ data }) => data) ?? []
  const facts = [
    {
      label: 'Live workflows',
      value: workflows.data?.filter((item) => item.enabled && item.liveVersion !== null).length,
    },
    { label: 'Running or waiting', value: executions.data && countBy(rows, 'queued', 'running', 'waiting') },
    { label: 'Succeeded', value: executions.data && countBy(rows, 'succeeded') },
    { label: 'Failed', value: executions.data && countBy(rows, 'failed'), bad: countBy(rows, 'failed') > 0 },
  ]
  const steps = [
    { done: (collections.data?.length ?? 0) > 0, text: 'Create a collection', to: '/data' },
    { done: (workflows.data?.length ?? 0) > 0, text: 'Create a workflow that starts on its actions', to: '/workflows' },
    { done: workflows.data?.some((item) => item.liveVersion !== null) === true, text: 'Deploy it', to: '/workflows' },
    { done: rows.length > 0, text: 'Bind it to a button of the collection and submit the form', to: '/data' },
  ]
  const loaded = collections.data && workflows.data && executions.data
  return (
    <>
      {loaded && steps.some(({ done }) => !done) && (
        <section className={classes.card}>
          <header className={classes.cardHead}>
            <h2>Get started</h2>
          </header>
          {steps.map(({ done, text, to }) => (
            <Link key={text} to={to} className={classes.row} data-done={done}>
              {done ? <IconCircleCheckFilled size={17} className={classes.done} /> : <IconCircle size={17} />}
              <span style={{ flex: 1 }}>{text}</span>
              {!done && <IconArrowRight size={15} aria-hidden />}
            </Link>
          ))}
        </section>
      )}
      <section className={`${classes.card} ${classes.wide}`}>
        <header className={classes.cardHead}>
          <h2>The latest {rows.length > 0 ? rows.length : ''} runs</h2>
          <Link to="/executions">All executions</Link>
        </header>
        <dl className={classes.facts}>
          {facts.map(({ label, value, bad }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd data-bad={bad}>{value ?? <Skeleton h={22} w={40} my={4} />}</dd>
            </div>
          ))}
        </dl>
        {rows.slice(0, 6).map((row) => (
          <Link key={row.id} to="/executions/$id" params={{ id: row.id }} className={classes.row}>
            <span className={classes.status}>
              <StatusBadge status={row.status} />
            </span>
            <span className="truncate" style={{ flex: 1 }}>
              {row.workflowTitle ?? 'Deleted workflow'}
            </span>
            <Text component="span" c="dimmed" fz="sm">
              {ago(row.startedAt ?? row.queuedAt)}
            </Text>
          </Link>
        ))}
        {executions.data && rows.length === 0 && (
          <div className={classes.quiet}>
            Nothing has run yet.{' '}
            <ButtonLink to="/workflows" variant="default" size="compact-sm" ml="xs">
              Go to the workflows
            </ButtonLink>
          </div>
        )}
      </section>
    </>
  )
}
