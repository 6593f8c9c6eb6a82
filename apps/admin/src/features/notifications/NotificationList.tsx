import { Button, Skeleton, Text } from '@mantine/core'
import { IconBellOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type Notification, notificationsQuery, useMarkRead } from '../../api/notifications.ts'
import { ago, dateTime } from '../../lib/time.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import classes from './notifications.module.css'

export function NotificationList({ unread, onClose }: { unread: number; onClose: () => void }) {
  const list = useQuery(notificationsQuery)
  const markRead = useMarkRead()
  const navigate = useNavigate()

  const open = ({ id, link, readAt }: Notification) => {
    if (!readAt) markRead.mutate([id])
    if (!link) return
    onClose()
    if (link.startsWith('/')) void navigate({ href: link })
    else window.open(link, '_blank', 'noopener')
  }

  return (
    <section className={classes.panel} aria-label="Notifications">
      <header className={classes.head}>
        <Text fw={600}>Notifications</Text>
        {unread > 0 && (
          <Button
            variant="subtle"
            size="compact-xs"
            loading={markRead.isPending}
            onClick={() => markRead.mutate(undefined)}
          >
            Mark all as read
          </Button>
        )}
      </header>
      {list.error ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : !list.data ? (
        [1, 2, 3].map((item) => <Skeleton key={item} h={14} m={14} />)
      ) : list.data.length === 0 ? (
        <EmptyState icon={IconBellOff} title="Nothing new">
          Workflows tell you here what you should know.
        </EmptyState>
      ) : (
        <ul className={classes.list}>
          {list.data.map((item) => (
            <li key={item.id}>
              <button type="button" className={classes.item} data-unread={!item.readAt} onClick={() => open(item)}>
                <span className={classes.dot} aria-hidden />
                <span className={classes.words}>
                  {item.title && <span className={classes.title}>{item.title}</span>}
                  <span className={classes.text}>{item.text}</span>
                  <time dateTime={item.createdAt} title={dateTime(item.createdAt)} className={classes.time}>
                    {ago(item.createdAt)}
                    {!item.readAt && <span className="visually-hidden">, unread</span>}
                  </time>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
