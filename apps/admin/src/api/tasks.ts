import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type { JsonObject, Task } from './types.ts'

export const tasksQuery = (status: 'pending' | 'done') =>
  queryOptions({
    queryKey: ['tasks', 'list', status],
    queryFn: () => call<Task[]>('tasks:list', { status, mine: true }),
    refetchInterval: 3_000,
  })

export const taskQuery = (id: string) =>
  queryOptions({ queryKey: ['tasks', id], queryFn: () => call<Task>('tasks:get', { id }) })

export function useDecideTask() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { id: string; decision: string; values?: JsonObject; comment?: string }) =>
      call<Task>('tasks:decide', input),
    onSettled: () => client.invalidateQueries({ queryKey: ['tasks'] }),
    meta: { quiet: true },
  })
}
