import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from './client.ts'
import { isApiError } from './errors.ts'
import type { Execution, ExecutionStatus, ExecutionSummary, JsonObject } from './types.ts'

export const RUNNING: readonly ExecutionStatus[] = ['queued', 'running', 'waiting']

export interface ExecutionFilter {
  workflow?: string
  status?: ExecutionStatus
  /** Type of the trigger. */
  trigger?: string
  limit?: number
}

export const executionsQuery = (filter: ExecutionFilter) =>
  infiniteQueryOptions({
    queryKey: ['executions', 'list', filter],
    queryFn: async ({ pageParam }) => {
      const { data, meta } = await client.executions.list({ ...filter, ...(pageParam ? { after: pageParam } : {}) })
      return { data: data as ExecutionSummary[], next: meta.nextAfter ?? null }
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: 3_000,
  })

const isOpen = (execution: Execution | undefined) => execution !== undefined && RUNNING.includes(execution.status)

export const executionQuery = (id: string) =>
  queryOptions({
    queryKey: ['executions', id],
    queryFn: () => client.executions.get(id) as Promise<Execution>,
  })

/** An execution as it goes on: told by the server, or asked for every second when that connection is lost. */
export function useExecution(id: string) {
  const cache = useQueryClient()
  const [polling, setPolling] = useState(false)
  const query = useQuery({
    ...executionQuery(id),
    refetchInterval: ({ state }) => (polling && isOpen(state.data) ? 1_000 : false),
  })
  const open = isOpen(query.data)
  const status = query.data?.status
  useEffect(() => {
    // What a run has written shows in the tables that are open.
    if (status !== undefined) void cache.invalidateQueries({ queryKey: ['records'] })
  }, [status, cache])
  useEffect(() => {
    if (!open || polling) return
    const stop = new AbortController()
    const follow = async () => {
      try {
        for await (const execution of client.executions.watch(id, { signal: stop.signal }))
          cache.setQueryData(executionQuery(id).queryKey, execution as Execution)
      } catch {
        // Reported by the polling that takes over, if the server is really away.
      }
      if (!stop.signal.aborted) setPolling(true)
    }
    void follow()
    return () => stop.abort()
  }, [cache, id, open, polling])
  return query
}

export function useCancelExecution() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.executions.cancel(id),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['executions'] }),
  })
}

const MAX_CAUSES = 16

/** What led to an execution, the first cause first: those that started it and those of which it is a retry. `deleted`: there was more. */
export const causesQuery = ({ id, parentId }: ExecutionSummary) =>
  queryOptions({
    queryKey: ['executions', id, 'causes'],
    queryFn: async () => {
      const causes: ExecutionSummary[] = []
      let next = parentId
      while (next && causes.length < MAX_CAUSES) {
        const cause = await findExecution(next)
        if (!cause) return { causes, deleted: true }
        causes.unshift(cause)
        next = cause.parentId
      }
      return { causes, deleted: false }
    },
    enabled: Boolean(parentId),
    // An old execution gets no other cause.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** @returns undefined when its retention has deleted it */
async function findExecution(id: string): Promise<Execution | undefined> {
  try {
    return (await client.executions.get(id)) as Execution
  } catch (error) {
    if (isApiError(error) && error.status === 404) return undefined
    throw error
  }
}

/** What an execution has started, its retries included; oldest first. */
export const startedQuery = (id: string) =>
  queryOptions({
    queryKey: ['executions', id, 'started'],
    queryFn: async () => {
      const { data, meta } = await client.executions.list({ parentId: id, limit: 50 })
      return { data: (data as ExecutionSummary[]).toReversed(), more: meta.nextAfter !== null }
    },
    refetchInterval: 3_000,
  })

export interface RetryInput {
  id: string
  /** The path of the node run to start from; left out: the failed one. */
  from?: string
  context?: JsonObject
  version: 'same' | 'live'
}

export function useRetryExecution() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...input }: RetryInput) => client.executions.retry(id, input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['executions'] }),
    meta: { quiet: true },
  })
}
