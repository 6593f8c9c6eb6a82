import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type { JsonObject, Task } from './types.ts'

export const tasksQuery = (status: 'pending' | 'done') =>
  queryOptions({
    queryKey: ['tasks', 'list', status],
    queryFn: async () => (await client.tasks.list({ status, mine: true })).data as Task[],
    refetchInterval: 3_000,
  })

export const taskQuery = (id: string) =>
  queryOptions({ queryKey: ['tasks', id], queryFn: () => client.tasks.get(id) as Promise<Task> })

export function useDecideTask() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, decision, ...input }: { id: string; decision: string; values?: JsonObject; comment?: string }) =>
      client.tasks.decide(id, decision, input),
    onSettled: () => cache.invalidateQueries({ queryKey: ['tasks'] }),
    meta: { quiet: true },
  })
}
