import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'

export type DeliveryOutcome = 'accepted' | 'duplicate' | 'handshake' | 'rejected'

export interface DeliveryFilter {
  workflow: string
  outcome?: DeliveryOutcome
  limit?: number
}

export const deliveriesQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', 'list', filter],
    queryFn: ({ pageParam }) => client.webhooks.deliveries({ ...filter, ...(pageParam ? { after: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.meta.nextAfter,
    // Who has the inbox open waits for a request to come in.
    refetchInterval: 2_000,
  })

export const deliveryQuery = (id: string) =>
  queryOptions({ queryKey: ['deliveries', id], queryFn: () => client.webhooks.delivery(id) })

export type Delivery = Awaited<ReturnType<typeof client.webhooks.delivery>>
export type DeliverySummary = Awaited<ReturnType<typeof client.webhooks.deliveries>>['data'][number]

export function useReplay() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ ids, version }: { ids: string[]; version: 'live' | 'draft' }) =>
      client.webhooks.replay(ids, { version }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['executions'] }),
  })
}
