import { ActionIcon, Popover } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { unreadQuery } from '../../api/notifications.ts'
import { NotificationList } from './NotificationList.tsx'
import classes from './notifications.module.css'

const MAX_SHOWN = 99

/** How many notifications are unread; opens the list. */
export function Bell() {
  const [opened, setOpened] = useState(false)
  const { data: unread = 0 } = useQuery(unreadQuery)
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width="min(380px, calc(100vw - 20px))"
      trapFocus
    >
      <Popover.Target>
        <ActionIcon
          className={classes.bell}
          onClick={() => setOpened((open) => !open)}
          aria-label={unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'}
          size={32}
        >
          <IconBell size={18} stroke={1.7} />
          {unread > 0 && (
            <span className={classes.count} aria-hidden>
              {unread > MAX_SHOWN ? `${MAX_SHOWN}+` : unread}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Notifications">
        {opened && <NotificationList unread={unread} onClose={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}
