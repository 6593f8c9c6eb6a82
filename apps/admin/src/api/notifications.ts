import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'

export type Notification = Awaited<ReturnType<typeof client.notifications.list>>['data'][number]

export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: async () => (await client.notifications.count()).unread,
  refetchInterval: 10_000,
})

export const notificationsQuery = queryOptions({
  queryKey: ['notifications', 'list'],
  queryFn: async () => (await client.notifications.list({ limit: 30 })).data,
  staleTime: 0,
})

/** Some, or without ids all. */
export function useMarkRead() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (ids?: string[]) => client.notifications.markRead(ids ? { ids } : {}),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['notifications'] }),
  })
}
