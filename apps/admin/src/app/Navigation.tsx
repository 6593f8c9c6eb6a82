import { Skeleton } from '@mantine/core'
import {
  type Icon,
  IconActivity,
  IconBroadcast,
  IconDatabase,
  IconHome,
  IconInbox,
  IconSettings,
  IconSitemap,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { canSecrets, canUsers, canWorkflow, useMe } from '../api/session.ts'
import { tasksQuery } from '../api/tasks.ts'
import { Bell } from '../features/notifications/Bell.tsx'
import { Logo } from '../ui/Logo.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import classes from './Navigation.module.css'

interface Item {
  to: string
  label: string
  icon: Icon
  badge?: number
}

function NavItem({ to, label, icon: Glyph, badge }: Item) {
  return (
    <Link
      to={to}
      className={classes.item}
      activeOptions={{ exact: to === '/' }}
      activeProps={{ 'data-active': true, 'aria-current': 'page' }}
    >
      <Glyph size={17} stroke={1.7} aria-hidden />
      <span>{label}</span>
      {badge !== undefined && badge > 0 && (
        <span className={classes.badge} role="status">
          {badge}
          <span className="visually-hidden"> tasks wait for you</span>
        </span>
      )}
    </Link>
  )
}

/** `brand`: with the name of the product on top, where nothing else shows it. */
export function Navigation({ brand = false }: { brand?: boolean }) {
  const me = useMe()
  const tasks = useQuery(tasksQuery('pending'))
  const view = canWorkflow(me?.permissions, 'view') || canWorkflow(me?.permissions, 'edit')
  return (
    <div className={classes.column}>
      {brand && (
        <div className={classes.top}>
          <Link to="/" className={classes.brand}>
            <Logo size={22} /> Ensue
          </Link>
          <Bell />
        </div>
      )}
      <nav aria-label="Main" className={classes.nav}>
        {me ? (
          <>
            <NavItem to="/" label="Home" icon={IconHome} />
            <NavItem to="/inbox" label="Inbox" icon={IconInbox} badge={tasks.data?.length ?? 0} />
            <NavItem to="/data" label="Data" icon={IconDatabase} />
            {view && <NavItem to="/workflows" label="Workflows" icon={IconSitemap} />}
            {view && <NavItem to="/executions" label="Executions" icon={IconActivity} />}
            {view && <NavItem to="/events" label="Events" icon={IconBroadcast} />}
            {(canUsers(me.permissions) || canSecrets(me.permissions) || canWorkflow(me.permissions, 'edit')) && (
              <NavItem to="/settings" label="Settings" icon={IconSettings} />
            )}
          </>
        ) : (
          [110, 84, 96, 120].map((width) => <Skeleton key={width} h={14} w={width} m={10} />)
        )}
      </nav>
      <AccountMenu />
    </div>
  )
}
