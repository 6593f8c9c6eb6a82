import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { callReply } from './call.ts'
import type { Binding, JsonObject, RecordRow, Triggered } from './types.ts'

export interface RecordsInput {
  filter?: JsonObject
  sort?: string[]
  page?: number
  pageSize?: number
  appends?: string[]
}

export const recordsQuery = (collection: string, input: RecordsInput) =>
  queryOptions({
    queryKey: ['records', collection, input],
    queryFn: async () => {
      const { data, meta } = await callReply<RecordRow[]>('records:list', { collection, ...input })
      return { data, total: meta?.total }
    },
    placeholderData: keepPreviousData,
  })

export interface Written {
  data: RecordRow
  triggered: Triggered[]
}

async function write(procedure: string, input: Record<string, unknown>): Promise<Written> {
  const { data, triggered } = await callReply<RecordRow>(procedure, input)
  return { data, triggered: (triggered ?? []) as Triggered[] }
}

export function useSaveRecord(collection: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({
      id,
      values,
      bindings,
    }: {
      id?: string | number | undefined
      values: JsonObject
      bindings: Binding[]
    }) =>
      write(id === undefined ? 'records:create' : 'records:update', {
        collection,
        ...(id === undefined ? {} : { id }),
        values,
        ...(bindings.length > 0 ? { triggerWorkflows: bindings } : {}),
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['records'] })
      void client.invalidateQueries({ queryKey: ['executions'] })
    },
    meta: { quiet: true },
  })
}

export function useDestroyRecords(collection: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ids: (string | number)[]) => callReply<unknown>('records:destroy', { collection, ids }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['records'] }),
  })
}
