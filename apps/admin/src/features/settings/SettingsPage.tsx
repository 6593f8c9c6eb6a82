import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Page } from '../../ui/Page.tsx'
import { ApiKeys } from './ApiKeys.tsx'
import { Schedules } from './Schedules.tsx'
import { Users } from './Users.tsx'

const TABS = ['users', 'keys', 'schedules'] as const

export interface SettingsSearch {
  tab?: (typeof TABS)[number]
}

/** The tab that a search names; the first one has no name of its own. */
export function readTab(tab: unknown): SettingsSearch {
  const found = TABS.find((name) => name === tab)
  return found && found !== 'users' ? { tab: found } : {}
}

export function SettingsPage({ search }: { search: SettingsSearch }) {
  const navigate = useNavigate()
  return (
    <Page title="Settings">
      <Tabs
        value={search.tab ?? 'users'}
        onChange={(tab) => void navigate({ to: '/settings', search: readTab(tab), replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="users">Users</Tabs.Tab>
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
          <Tabs.Tab value="schedules">Schedules</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <ApiKeys />
        </Tabs.Panel>
        <Tabs.Panel value="schedules">
          <Schedules />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
