import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

export interface DeliveryFilter {
  workflow?: string
  outcome?: 'accepted' | 'duplicate' | 'handshake' | 'rejected'
  after?: string
  limit?: number
}

export const deliveriesQuery = (filter: DeliveryFilter) =>
  queryOptions({
    queryKey: ['deliveries', 'list', filter],
    queryFn: () => client.webhooks.deliveries(filter),
  })
