import { createFileRoute, useParams } from '@tanstack/react-router'
import { InboxPage, type InboxSearch } from '../../../../features/inbox/InboxPage.tsx'

export const Route = createFileRoute('/_app/inbox')({
  validateSearch: (search: Record<string, unknown>): InboxSearch => (search.tab === 'done' ? { tab: 'done' } : {}),
  component: function Inbox() {
    const { id } = useParams({ strict: false })
    return <InboxPage search={Route.useSearch()} taskId={id} />
  },
})
