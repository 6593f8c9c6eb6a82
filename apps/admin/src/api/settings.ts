import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type { Permissions, User } from './session.ts'

export interface Role {
  name: string
  title: string
  permissions: Permissions
  builtIn?: boolean
}

export interface ApiKey {
  id: string
  name: string
  prefix: string
  role: string
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => client.users.list() as Promise<User[]> })
export const useUsers = () => useQuery(usersQuery)

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => client.roles.list() as Promise<Role[]> })
export const useRoles = () => useQuery(rolesQuery)

export function useCreateUser() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { email: string; name?: string; password: string; roles: string[] }) =>
      client.users.create(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['users'] }),
    meta: { quiet: true },
  })
}

export function useUpdateUser() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { id: string; disabled?: boolean; roles?: string[] }) => client.users.update(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['users'] }),
  })
}

export const apiKeysQuery = queryOptions({
  queryKey: ['apiKeys'],
  queryFn: () => client.apiKeys.list() as Promise<ApiKey[]>,
})

export function useCreateApiKey() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; role: string }) => client.apiKeys.create(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['apiKeys'] }),
    meta: { quiet: true },
  })
}

export function useDeleteApiKey() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.apiKeys.delete({ id }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['apiKeys'] }),
  })
}

export const variablesQuery = queryOptions({
  queryKey: ['variables'],
  queryFn: () => client.variables.list(),
})
export type Variable = Awaited<ReturnType<typeof client.variables.list>>[number]

export function useSetVariable() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; value: string }) => client.variables.set(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['variables'] }),
    meta: { quiet: true },
  })
}

export function useDeleteVariable() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => client.variables.delete({ name }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['variables'] }),
    meta: { quiet: true },
  })
}

export const secretsQuery = queryOptions({ queryKey: ['secrets'], queryFn: () => client.secrets.list() })
export type Secret = Awaited<ReturnType<typeof client.secrets.list>>[number]
type SecretInput = Parameters<typeof client.secrets.set>[0]

export function useSetSecret() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: SecretInput) => client.secrets.set(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['secrets'] }),
    meta: { quiet: true },
  })
}

export function useDeleteSecret() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => client.secrets.delete({ name }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['secrets'] }),
    meta: { quiet: true },
  })
}
