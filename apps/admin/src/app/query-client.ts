import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isApiError } from '../api/errors.ts'
import { showError } from '../ui/notify.ts'

function onUnauthorized(error: unknown) {
  if (!isApiError(error) || error.status !== 401 || window.location.pathname === '/sign-in') return
  const here = window.location.pathname + window.location.search
  window.location.assign(`/sign-in?from=${encodeURIComponent(here)}`)
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onUnauthorized }),
  mutationCache: new MutationCache({
    onError(error, _variables, _context, mutation) {
      onUnauthorized(error)
      // A form that shows the error itself says so.
      if (mutation.meta?.quiet !== true) showError(error)
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < 2 && !(isApiError(error) && error.status < 500),
    },
  },
})
