import { createRouter } from '@tanstack/react-router'
import { ErrorState } from '../ui/ErrorState.tsx'
import { NotFound } from '../ui/NotFound.tsx'
import { queryClient } from './query-client.ts'
import { routeTree } from './routeTree.gen.ts'

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
