import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { canSecrets, canUsers, canWorkflow, type Permissions, useMe } from '../../api/session.ts'
import { Page } from '../../ui/Page.tsx'
import { ApiKeys } from './ApiKeys.tsx'
import { Schedules } from './Schedules.tsx'
import { Secrets } from './Secrets.tsx'
import type { SettingsSearch, SettingsTab } from './settings-tabs.ts'
import { Users } from './Users.tsx'
import { Variables } from './Variables.tsx'

type May = (permissions: Permissions | undefined) => boolean

const TABS: { value: SettingsTab; label: string; may: May; panel: ComponentType }[] = [
  { value: 'users', label: 'Users', may: canUsers, panel: Users },
  { value: 'keys', label: 'API keys', may: canUsers, panel: ApiKeys },
  { value: 'schedules', label: 'Schedules', may: (own) => canWorkflow(own, 'view'), panel: Schedules },
  { value: 'secrets', label: 'Secrets', may: (own) => canSecrets(own) || canWorkflow(own, 'edit'), panel: Secrets },
  { value: 'variables', label: 'Variables', may: (own) => canWorkflow(own, 'edit'), panel: Variables },
]

/** The chosen tab may stand outside of a narrow screen. */
function showTab(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

export function SettingsPage({ search }: { search: SettingsSearch }) {
  const navigate = useNavigate()
  const permissions = useMe()?.permissions
  const tabs = TABS.filter(({ may }) => may(permissions))
  const current = tabs.find(({ value }) => value === search.tab) ?? tabs[0]
  return (
    <Page title="Settings">
      <Tabs
        value={current?.value ?? null}
        onChange={(tab) => void navigate({ to: '/settings', search: { tab: tab as SettingsTab }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value} {...(value === current?.value ? { ref: showTab } : {})}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ value, panel: Panel }) => (
          <Tabs.Panel key={value} value={value}>
            <Panel />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
