import type { QueryClient } from '@tanstack/react-query'
import { client } from './client.ts'
import type { Triggered } from './types.ts'

/** What takes longer is waited for by whoever looks at the run. */
const FOLLOWED_FOR_MS = 60_000

/** Shows in the tables that are open what runs write soon after their start, also when nobody looks at the runs themselves. */
export function refreshRecordsAfter(cache: QueryClient, triggered: readonly Triggered[]): void {
  for (const { executionId, status } of triggered)
    if (executionId && (status === 'queued' || status === 'running')) void refreshAfter(cache, executionId)
}

async function refreshAfter(cache: QueryClient, id: string): Promise<void> {
  try {
    const signal = AbortSignal.timeout(FOLLOWED_FOR_MS)
    for await (const { status } of client.executions.watch(id, { signal }))
      if (status !== 'queued' && status !== 'running') break
  } catch {
    // Whoever may start a run need not be allowed to see it; the table is as good as it was.
  }
  await cache.invalidateQueries({ queryKey: ['records'] })
}
