import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Page } from '../../ui/Page.tsx'
import { ApiKeys } from './ApiKeys.tsx'
import { Users } from './Users.tsx'

export interface SettingsSearch {
  tab?: 'keys'
}

export function SettingsPage({ search }: { search: SettingsSearch }) {
  const navigate = useNavigate()
  return (
    <Page title="Settings">
      <Tabs
        value={search.tab ?? 'users'}
        onChange={(tab) =>
          void navigate({ to: '/settings', search: tab === 'keys' ? { tab: 'keys' } : {}, replace: true })
        }
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="users">Users</Tabs.Tab>
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <ApiKeys />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
