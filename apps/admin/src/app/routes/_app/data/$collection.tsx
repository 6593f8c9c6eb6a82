import { createFileRoute } from '@tanstack/react-router'
import { CollectionPage } from '../../../../features/data/CollectionPage.tsx'
import type { RecordsSearch } from '../../../../features/data/records-search.ts'

export const Route = createFileRoute('/_app/data/$collection')({
  validateSearch: (search: Record<string, unknown>): RecordsSearch => ({
    ...(typeof search.page === 'number' && search.page > 1 ? { page: Math.floor(search.page) } : {}),
    ...(typeof search.sort === 'string' ? { sort: search.sort } : {}),
    ...(typeof search.q === 'string' && search.q ? { q: search.q } : {}),
    ...(typeof search.field === 'string' ? { field: search.field } : {}),
  }),
  component: function Collection() {
    const { collection } = Route.useParams()
    return <CollectionPage key={collection} name={collection} search={Route.useSearch()} />
  },
})
