import { createFileRoute } from '@tanstack/react-router'

// The inbox draws the list and the chosen task side by side; this route only names the task.
export const Route = createFileRoute('/_app/inbox/$id')({ component: () => null })
