import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type { JsonObject } from './types.ts'

export interface Schedule {
  workflow: string
  title: string
  enabled: boolean
  /** The config in words. */
  words: string
  timeZone: string
  /** It fires by the dates of records. */
  byRecord: boolean
  nextFireAt: string | null
  lastFireAt: string | null
  runs: number
  finishedAt: string | null
}

export interface SchedulePreview {
  words: string
  timeZone: string
  fires: { at: string; record?: string }[]
}

const REFRESH_MS = 15_000

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: async () => (await client.schedules.list()).data as Schedule[],
  refetchInterval: REFRESH_MS,
})

export const schedulePreviewQuery = (config: JsonObject) =>
  queryOptions({
    queryKey: ['schedules', 'preview', config],
    queryFn: () => client.schedules.preview(config) as Promise<SchedulePreview>,
    // What is wrong with the config is an answer: asking again changes nothing.
    retry: false,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })

export function useRunScheduleNow() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (workflow: string) => client.schedules.runNow(workflow),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['executions'] }),
  })
}
