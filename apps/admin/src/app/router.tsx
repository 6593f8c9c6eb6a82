import { createRouter, useRouter } from '@tanstack/react-router'
import { ErrorState } from '../ui/ErrorState.tsx'
import { NotFound } from '../ui/NotFound.tsx'
import { queryClient } from './query-client.ts'
import { routeTree } from './routeTree.gen.ts'

/** A page whose loading failed, e.g. because the server is away: trying again loads it anew. */
function LoadError({ error }: { error: unknown }) {
  const { invalidate } = useRouter()
  return <ErrorState error={error} onRetry={() => void invalidate()} />
}

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: LoadError,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
