import { createFileRoute } from '@tanstack/react-router'
import { type WorkflowSearch, WorkflowsPage } from '../../../../features/workflows/WorkflowsPage.tsx'

export const Route = createFileRoute('/_app/workflows/')({
  validateSearch: (search: Record<string, unknown>): WorkflowSearch => ({
    ...(typeof search.q === 'string' && search.q ? { q: search.q } : {}),
    ...(typeof search.trigger === 'string' ? { trigger: search.trigger } : {}),
  }),
  component: function Workflows() {
    return <WorkflowsPage search={Route.useSearch()} />
  },
})
