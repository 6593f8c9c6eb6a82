import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type {
  Catalog,
  Definition,
  ExecutionStatus,
  Json,
  Problem,
  Workflow,
  WorkflowSummary,
  WorkflowVersion,
} from './types.ts'

export const workflowsQuery = queryOptions({
  queryKey: ['workflows'],
  queryFn: () => call<WorkflowSummary[]>('workflows:list', { limit: 200 }),
})
export const useWorkflows = () => useQuery(workflowsQuery)

export const workflowQuery = (key: string) =>
  queryOptions({ queryKey: ['workflows', key], queryFn: () => call<Workflow>('workflows:get', { key }) })

export const catalogQuery = queryOptions({
  queryKey: ['catalog'],
  queryFn: () => call<Catalog>('nodes:types'),
  staleTime: Number.POSITIVE_INFINITY,
})

export const versionsQuery = (workflow: string) =>
  queryOptions({
    queryKey: ['workflows', workflow, 'versions'],
    queryFn: () => call<WorkflowVersion[]>('versions:list', { workflow }),
  })

export const versionQuery = (workflow: string, number: number) =>
  queryOptions({
    queryKey: ['versions', workflow, number],
    queryFn: () => call<WorkflowVersion & { definition: Definition }>('versions:get', { workflow, number }),
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })

export function useCreateWorkflow() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { title: string; definition: Definition; key?: string }) =>
      call<WorkflowSummary>('workflows:create', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'] }),
    meta: { quiet: true },
  })
}

export function saveDraft(input: { key: string; definition: Definition }) {
  return call<{ problems: Problem[] }>('workflows:saveDraft', input)
}

export function useUpdateWorkflow() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { key: string; title?: string; description?: string; tags?: string[] }) =>
      call<WorkflowSummary>('workflows:update', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useDeploy() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { key: string; note?: string }) => call<{ version: number }>('workflows:deploy', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'] }),
    meta: { quiet: true },
  })
}

export function useRollback() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { key: string; version: number }) => call<{ version: number }>('workflows:rollback', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useEnableWorkflow() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { key: string; enabled: boolean }) => call<WorkflowSummary>('workflows:enable', input),
    onMutate: ({ key, enabled }) => {
      client.setQueryData(workflowsQuery.queryKey, (all) =>
        all?.map((item) => (item.key === key ? { ...item, enabled } : item)),
      )
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useDeleteWorkflow() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => call<null>('workflows:delete', { key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export function useRunWorkflow() {
  return useMutation({
    mutationFn: (input: { key: string; input?: Json; wait?: boolean }) =>
      call<{ executionId: string; status: ExecutionStatus; output?: Json }>('workflows:run', input),
    meta: { quiet: true },
  })
}
