import { createFileRoute } from '@tanstack/react-router'
import { SettingsPage } from '../../../../features/settings/SettingsPage.tsx'
import { readSettingsSearch } from '../../../../features/settings/settings-tabs.ts'

export const Route = createFileRoute('/_app/settings/')({
  validateSearch: readSettingsSearch,
  component: function Settings() {
    return <SettingsPage search={Route.useSearch()} />
  },
})
