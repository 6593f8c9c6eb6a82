import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call, callReply, nextOf } from './call.ts'
import type { Execution, ExecutionStatus, ExecutionSummary } from './types.ts'

export const RUNNING: readonly ExecutionStatus[] = ['queued', 'running', 'waiting']

export interface ExecutionFilter {
  workflow?: string
  status?: ExecutionStatus
  limit?: number
}

export const executionsQuery = (filter: ExecutionFilter) =>
  infiniteQueryOptions({
    queryKey: ['executions', 'list', filter],
    queryFn: async ({ pageParam }) => {
      const reply = await callReply<ExecutionSummary[]>('executions:list', {
        ...filter,
        ...(pageParam ? { after: pageParam } : {}),
      })
      return { data: reply.data, next: nextOf(reply.meta) }
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: 3_000,
  })

export const executionQuery = (id: string) =>
  queryOptions({
    queryKey: ['executions', id],
    queryFn: () => call<Execution>('executions:get', { id }),
    refetchInterval: ({ state }) => (state.data && RUNNING.includes(state.data.status) ? 1_000 : false),
  })

export function useCancelExecution() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call<Execution>('executions:cancel', { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['executions'] }),
  })
}
