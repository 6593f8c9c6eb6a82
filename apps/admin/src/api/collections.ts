import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type { Collection, Field, ViewConfig } from './types.ts'

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: () => call<Collection[]>('collections:list'),
})
export const useCollections = () => useQuery(collectionsQuery)

export function useCreateCollection() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; title?: string; fields: Field[] }) =>
      call<Collection>('collections:create', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['collections'] }),
    meta: { quiet: true },
  })
}

export function useAddFields() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ collection, add }: { collection: Collection; add: Field[] }) =>
      call<unknown>('collections:alter', { name: collection.name, fields: [...collection.fields, ...add] }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['collections'] }),
    meta: { quiet: true },
  })
}

export const viewQuery = (collection: string) =>
  queryOptions({
    queryKey: ['views', collection],
    queryFn: async () => (await call<{ config: ViewConfig }>('views:get', { collection })).config,
  })

export function useSetView(collection: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (config: ViewConfig) => call<unknown>('views:set', { collection, config }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['views', collection] }),
    meta: { quiet: true },
  })
}
