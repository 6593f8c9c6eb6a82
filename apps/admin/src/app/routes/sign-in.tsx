import { createFileRoute } from '@tanstack/react-router'
import { SignInPage } from '../../features/session/SignInPage.tsx'

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search: Record<string, unknown>): { from?: string } =>
    typeof search.from === 'string' ? { from: search.from } : {},
  component: function SignIn() {
    return <SignInPage from={Route.useSearch().from} />
  },
})
