import { queryOptions, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type {
  Catalog,
  Definition,
  Json,
  JsonObject,
  Problem,
  Workflow,
  WorkflowSummary,
  WorkflowVersion,
} from './types.ts'

export const workflowsQuery = queryOptions({
  queryKey: ['workflows'],
  queryFn: async () => (await client.workflows.list({ limit: 200 })).data as WorkflowSummary[],
})
export const useWorkflows = () => useQuery(workflowsQuery)

export const workflowQuery = (key: string) =>
  queryOptions({ queryKey: ['workflows', key], queryFn: () => client.workflows.get(key) as Promise<Workflow> })

export const catalogQuery = queryOptions({
  queryKey: ['catalog'],
  queryFn: () => client.nodes.types() as Promise<Catalog>,
  staleTime: Number.POSITIVE_INFINITY,
})

export const versionsQuery = (workflow: string) =>
  queryOptions({
    queryKey: ['workflows', workflow, 'versions'],
    queryFn: () => client.versions.list({ workflow }),
  })

export const versionQuery = (workflow: string, number: number) =>
  queryOptions({
    queryKey: ['versions', workflow, number],
    queryFn: () => client.versions.get({ workflow, number }) as Promise<WorkflowVersion & { definition: Definition }>,
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The settings of the triggers of workflows, as they are live; `undefined` while some are on their way. */
export function useLiveTriggers(keys: readonly string[]): Record<string, JsonObject> | undefined {
  const workflows = useWorkflows()
  const live = (workflows.data ?? []).flatMap(({ key, liveVersion }) =>
    keys.includes(key) && liveVersion !== null ? [{ key, liveVersion }] : [],
  )
  return useQueries({
    queries: live.map(({ key, liveVersion }) => versionQuery(key, liveVersion)),
    combine: (versions) =>
      workflows.isLoading || versions.some(({ isLoading }) => isLoading)
        ? undefined
        : // A plain object, so that it stays the same one while nothing has changed.
          Object.fromEntries(
            versions.flatMap(({ data }, index) => (data ? [[live[index]!.key, data.definition.trigger.config]] : [])),
          ),
  })
}

export function useCreateWorkflow() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { title: string; description?: string; definition: Definition; key?: string }) =>
      client.workflows.create(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['workflows'] }),
    meta: { quiet: true },
  })
}

export function saveDraft(input: { key: string; definition: Definition }): Promise<{ problems: Problem[] }> {
  return client.workflows.saveDraft(input)
}

export function useUpdateWorkflow() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (input: { key: string; title?: string; description?: string; tags?: string[] }) =>
      client.workflows.update(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useDeploy() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ key, note }: { key: string; note?: string }) => client.workflows.deploy(key, note ? { note } : {}),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['workflows'] }),
    meta: { quiet: true },
  })
}

export function useRollback() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ key, version }: { key: string; version: number }) => client.workflows.rollback(key, version),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useEnableWorkflow() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ key, enabled }: { key: string; enabled: boolean }) => client.workflows.enable(key, enabled),
    onMutate: ({ key, enabled }) => {
      cache.setQueryData(workflowsQuery.queryKey, (all) =>
        all?.map((item) => (item.key === key ? { ...item, enabled } : item)),
      )
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useDeleteWorkflow() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => client.workflows.delete(key),
    // Only the list: the page of the deleted one is still open, and would ask for it again.
    onSuccess: () => cache.invalidateQueries({ queryKey: workflowsQuery.queryKey, exact: true }),
  })
}

/** Where the context of a debug run is taken from. */
export type DebugSource = { kind: 'sample' } | { kind: 'delivery' | 'execution'; id: string }

export const debugInputQuery = (key: string, from: DebugSource) =>
  queryOptions({
    queryKey: ['workflows', key, 'debugInput', from],
    queryFn: async () => (await client.workflows.debugInput(key, from)).context as Json,
    staleTime: 0,
    gcTime: 0,
  })

export function useDebugWorkflow() {
  return useMutation({
    mutationFn: ({ key, ...input }: { key: string; definition: Definition; context: JsonObject }) =>
      client.workflows.debug(key, input),
    meta: { quiet: true },
  })
}

export function useRunWorkflow() {
  return useMutation({
    mutationFn: ({ key, input }: { key: string; input?: Json }) => client.workflows.run(key, input),
    meta: { quiet: true },
  })
}
