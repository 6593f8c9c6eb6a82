import { createFileRoute } from '@tanstack/react-router'
import { type ExecutionSearch, ExecutionsPage } from '../../../../features/executions/ExecutionsPage.tsx'

export const Route = createFileRoute('/_app/executions/')({
  validateSearch: (search: Record<string, unknown>): ExecutionSearch => ({
    ...(typeof search.workflow === 'string' ? { workflow: search.workflow } : {}),
    ...(typeof search.status === 'string' ? { status: search.status as ExecutionSearch['status'] } : {}),
    ...(typeof search.trigger === 'string' ? { trigger: search.trigger } : {}),
  }),
  component: function Executions() {
    return <ExecutionsPage search={Route.useSearch()} />
  },
})
