import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type { JsonObject } from './types.ts'

export type StoredEvent = Awaited<ReturnType<typeof client.events.list>>['data'][number]
export type EventDetails = Awaited<ReturnType<typeof client.events.get>>
export type EventType = Awaited<ReturnType<typeof client.eventTypes.list>>[number]
export type Emitted = Awaited<ReturnType<typeof client.events.emit>>

const REFRESH_MS = 3_000

export const eventsQuery = (filter: { name?: string }) =>
  infiniteQueryOptions({
    queryKey: ['events', 'list', filter],
    queryFn: ({ pageParam }) =>
      client.events.list({ ...filter, limit: 50, ...(pageParam ? { after: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.meta.nextAfter,
    refetchInterval: REFRESH_MS,
  })

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['events', id],
    queryFn: () => client.events.get(id),
    refetchInterval: REFRESH_MS,
  })

export const eventTypesQuery = queryOptions({
  queryKey: ['eventTypes'],
  queryFn: () => client.eventTypes.list(),
})

/** What an event starts shows among the executions. */
function useChangesEvents() {
  const cache = useQueryClient()
  return async () => {
    await Promise.all([
      cache.invalidateQueries({ queryKey: ['events'] }),
      cache.invalidateQueries({ queryKey: ['executions'] }),
    ])
  }
}

export interface EmitInput {
  name: string
  params: JsonObject
  orderingKey?: string
  delayMs?: number
}

export function useEmitEvent() {
  const onSuccess = useChangesEvents()
  return useMutation({
    mutationFn: ({ name, params, ...more }: EmitInput) => client.events.emit(name, params, more),
    onSuccess,
    meta: { quiet: true },
  })
}

/** Starts the listeners of events once more, the oldest event first. Gives how many runs that were. */
export function useReplayEvents() {
  const onSettled = useChangesEvents()
  return useMutation({
    mutationFn: async (ids: string[]) => {
      let runs = 0
      for (const id of ids) runs += (await client.events.replay(id)).triggered.length
      return runs
    },
    onSettled,
  })
}

type Declaration = Parameters<typeof client.eventTypes.set>[0]

export function useSetEventType() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: Declaration) => client.eventTypes.set(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['eventTypes'] }),
    meta: { quiet: true },
  })
}

export function useDeleteEventType() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => client.eventTypes.delete(name),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['eventTypes'] }),
    meta: { quiet: true },
  })
}
