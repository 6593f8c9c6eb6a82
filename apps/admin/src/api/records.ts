import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import { refreshRecordsAfter } from './refresh-records.ts'
import type { Binding, JsonObject, RecordRow } from './types.ts'

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
      const { data, meta } = await client.collection(collection).list(input)
      return { data: data as RecordRow[], total: meta.total }
    },
    placeholderData: keepPreviousData,
  })

export function useSaveRecord(collection: string) {
  const cache = useQueryClient()
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
      id === undefined
        ? client.collection(collection).create(values, { triggerWorkflows: bindings })
        : client.collection(collection).update(id, values, { triggerWorkflows: bindings }),
    onSuccess: ({ triggered }) => {
      refreshRecordsAfter(cache, triggered)
      void cache.invalidateQueries({ queryKey: ['records'] })
      void cache.invalidateQueries({ queryKey: ['executions'] })
    },
    meta: { quiet: true },
  })
}

export function useDestroyRecords(collection: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (ids: (string | number)[]) => client.collection(collection).destroyMany({ id: { $in: ids } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['records'] }),
  })
}
