import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type { ApiKey, Role, User } from './types.ts'

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => call<User[]>('users:list') })
export const useUsers = () => useQuery(usersQuery)

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => call<Role[]>('roles:list') })
export const useRoles = () => useQuery(rolesQuery)

export function useCreateUser() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { email: string; name?: string; password: string; roles: string[] }) =>
      call<User>('users:create', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
    meta: { quiet: true },
  })
}

export function useUpdateUser() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { id: string; disabled?: boolean; roles?: string[] }) => call<User>('users:update', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}

export const apiKeysQuery = queryOptions({ queryKey: ['apiKeys'], queryFn: () => call<ApiKey[]>('apiKeys:list') })

export function useCreateApiKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; role: string }) => call<ApiKey & { key: string }>('apiKeys:create', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['apiKeys'] }),
    meta: { quiet: true },
  })
}

export function useDeleteApiKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call<null>('apiKeys:delete', { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['apiKeys'] }),
  })
}

export interface VariableInfo {
  name: string
  value?: string
}
export const variablesQuery = queryOptions({
  queryKey: ['variables'],
  queryFn: () => call<VariableInfo[]>('variables:list'),
})
