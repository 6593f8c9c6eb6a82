import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type { Collection, Field, ViewConfig } from './types.ts'

// The screens' Field leaves the type of a field open; the server says what it takes.
type CreateInput = Parameters<typeof client.collections.create>[0]
type AlterInput = Parameters<typeof client.collections.alter>[0]

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: () => client.collections.list() as Promise<Collection[]>,
})
export const useCollections = () => useQuery(collectionsQuery)

export function useCreateCollection() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; title?: string; fields: Field[] }) =>
      client.collections.create(input as CreateInput),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['collections'] }),
    meta: { quiet: true },
  })
}

export function useAddFields() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ collection, add }: { collection: Collection; add: Field[] }) =>
      client.collections.alter({ name: collection.name, fields: [...collection.fields, ...add] } as AlterInput),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['collections'] }),
    meta: { quiet: true },
  })
}

export const viewQuery = (collection: string) =>
  queryOptions({
    queryKey: ['views', collection],
    queryFn: async () => (await client.views.get({ collection })).config as ViewConfig,
  })

export function useSetView(collection: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (config: ViewConfig) => client.views.set({ collection, config }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['views', collection] }),
    meta: { quiet: true },
  })
}
