import { createFileRoute } from '@tanstack/react-router'
import { SettingsPage, type SettingsSearch } from '../../../../features/settings/SettingsPage.tsx'

export const Route = createFileRoute('/_app/settings/')({
  validateSearch: (search: Record<string, unknown>): SettingsSearch => (search.tab === 'keys' ? { tab: 'keys' } : {}),
  component: function Settings() {
    return <SettingsPage search={Route.useSearch()} />
  },
})
