import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type { Me, Permissions, User } from './types.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => call<Me>('auth:me'),
  staleTime: 60_000,
  retry: false,
})

export function useMe(): Me | undefined {
  return useQuery(meQuery).data
}

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { email: string; password: string }) =>
      call<{ token: string; user: User }>('auth:signIn', { ...input, cookie: true }),
    onSuccess: () => client.clear(),
    meta: { quiet: true },
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({ mutationFn: () => call<null>('auth:signOut'), onSettled: () => client.clear() })
}

export function canWorkflow(permissions: Permissions | undefined, verb: string): boolean {
  return permissions?.all === true || permissions?.workflows?.includes(verb) === true
}

export function canSchema(permissions: Permissions | undefined): boolean {
  return permissions?.all === true || permissions?.schema === true
}

export function canUsers(permissions: Permissions | undefined): boolean {
  return permissions?.all === true || permissions?.users === true
}
