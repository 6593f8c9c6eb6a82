import { createFileRoute, redirect } from '@tanstack/react-router'
import { isApiError } from '../../api/errors.ts'
import { meQuery } from '../../api/session.ts'
import { Shell } from '../Shell.tsx'

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (isApiError(error) && error.status === 401) throw redirect({ to: '/sign-in', search: { from: location.href } })
      throw error
    }
  },
  component: Shell,
})
