import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'

export interface User {
  id: string
  email: string
  name: string | null
  roles: string[]
  disabled?: boolean
  createdAt?: string
}

export interface Permissions {
  all?: boolean
  collections?: Record<string, string[]>
  workflows?: string[]
  schema?: boolean
  users?: boolean
  secrets?: boolean
}

export interface Me {
  user: User | null
  roles: string[]
  role: string
  permissions: Permissions
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => client.auth.me() as Promise<Me>,
  staleTime: 60_000,
  retry: false,
})

export function useMe(): Me | undefined {
  return useQuery(meQuery).data
}

export function useSignIn() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { email: string; password: string }) => client.auth.signIn({ ...input, cookie: true }),
    onSuccess: () => cache.clear(),
    meta: { quiet: true },
  })
}

export function useSignOut() {
  const cache = useQueryClient()
  return useMutation({ mutationFn: () => client.auth.signOut(), onSettled: () => cache.clear() })
}

export function canWorkflow(permissions: Permissions | undefined, verb: string): boolean {
  return permissions?.all === true || permissions?.workflows?.includes(verb) === true
}

export function canSchema(permissions: Permissions | undefined): boolean {
  return permissions?.all === true || permissions?.schema === true
}

export function canSecrets(permissions: Permissions | undefined): boolean {
  return permissions?.all === true || permissions?.secrets === true
}

export function canUsers(permissions: Permissions | undefined): boolean {
  return permissions?.all === true || permissions?.users === true
}
