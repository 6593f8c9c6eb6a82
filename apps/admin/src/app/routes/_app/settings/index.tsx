import { createFileRoute } from '@tanstack/react-router'
import { readTab, SettingsPage, type SettingsSearch } from '../../../../features/settings/SettingsPage.tsx'

export const Route = createFileRoute('/_app/settings/')({
  validateSearch: (search: Record<string, unknown>): SettingsSearch => readTab(search.tab),
  component: function Settings() {
    return <SettingsPage search={Route.useSearch()} />
  },
})
