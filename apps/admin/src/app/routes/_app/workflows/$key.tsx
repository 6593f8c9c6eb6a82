import { createFileRoute } from '@tanstack/react-router'
import { EditorPage } from '../../../../features/workflows/EditorPage.tsx'

export const Route = createFileRoute('/_app/workflows/$key')({
  component: function Workflow() {
    const { key } = Route.useParams()
    return <EditorPage key={key} workflowKey={key} />
  },
})
