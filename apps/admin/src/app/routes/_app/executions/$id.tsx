import { createFileRoute } from '@tanstack/react-router'
import { ExecutionPage } from '../../../../features/executions/ExecutionPage.tsx'

export const Route = createFileRoute('/_app/executions/$id')({
  component: function Execution() {
    const { id } = Route.useParams()
    return <ExecutionPage key={id} id={id} />
  },
})
