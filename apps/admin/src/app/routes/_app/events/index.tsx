import { createFileRoute } from '@tanstack/react-router'
import { EventsPage } from '../../../../features/events/EventsPage.tsx'
import { readEventsSearch } from '../../../../features/events/events-search.ts'

export const Route = createFileRoute('/_app/events/')({
  validateSearch: readEventsSearch,
  component: function Events() {
    return <EventsPage search={Route.useSearch()} />
  },
})
