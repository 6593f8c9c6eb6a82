import { ActionIcon, Drawer } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Bell } from '../features/notifications/Bell.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Navigation } from './Navigation.tsx'
import classes from './Shell.module.css'

/** Sidebar on wide screens; a top bar with a drawer on phones. */
export function Shell() {
  const [opened, setOpened] = useState(false)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of page closes the drawer
  useEffect(() => setOpened(false), [pathname])
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <aside className={classes.sidebar}>
        <Navigation brand />
      </aside>
      <div className={classes.topbar}>
        <ActionIcon onClick={() => setOpened(true)} aria-label="Open the menu" size={36}>
          <IconMenu2 size={20} />
        </ActionIcon>
        <Link to="/" className={classes.brand}>
          <Logo size={22} /> Ensue
        </Link>
        <div className={classes.end}>
          <Bell />
        </div>
      </div>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="left"
        size={272}
        title="Menu"
        padding="sm"
        classNames={{ body: classes.drawer }}
      >
        <Navigation />
      </Drawer>
      <main id="content" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}
