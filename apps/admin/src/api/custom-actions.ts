import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import { refreshRecordsAfter } from './refresh-records.ts'
import { canWorkflow, useMe } from './session.ts'
import type { JsonObject, Schema, Triggered } from './types.ts'

export interface CustomAction {
  workflow: string
  title: string
  /** Whose records it works on; with `none`, beside which it is shown. */
  collection: string | null
  records: 'none' | 'one' | 'many'
  /** What is asked at the start. */
  input: Schema | null
  /** The caller gets its result. */
  sync: boolean
}

const customActionsQuery = queryOptions({
  queryKey: ['workflows', 'customActions'],
  queryFn: () => client.workflows.customActions() as Promise<CustomAction[]>,
})

/** The custom actions that the user can start. */
export function useCustomActions(): CustomAction[] {
  const mayRun = canWorkflow(useMe()?.permissions, 'run')
  const { data = [] } = useQuery({ ...customActionsQuery, enabled: mayRun })
  return data
}

interface StartInput {
  action: CustomAction
  /** Of the records that it is started on. */
  ids: (string | number)[]
  input: JsonObject
}

export function useStartCustomAction() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async ({ action: { workflow, collection, records: kind }, ids, input }: StartInput) => {
      if (collection === null || kind === 'none')
        return (await client.workflows.trigger([workflow], input)) as Triggered[]
      const records = client.collection(collection)
      const [id] = ids
      const which = kind === 'one' && ids.length === 1 && id !== undefined ? id : { ids }
      return (await records.trigger(which, [workflow], input)).triggered as Triggered[]
    },
    onSuccess: async (triggered) => {
      refreshRecordsAfter(cache, triggered)
      await Promise.all([
        cache.invalidateQueries({ queryKey: ['executions'] }),
        cache.invalidateQueries({ queryKey: ['records'] }),
      ])
    },
    meta: { quiet: true },
  })
}
