import { listUnfinishedWithin, type NewExecution, type Refusal, type Trx } from '@ensue/db'
import { concurrencyOf } from '@ensue/engine'
import type { Start } from './runs.ts'

/** Whether a start is refused, may be, or may cancel others: it is not inserted like all the rest. */
export function standsAlone({ workflow, refusal }: Start): boolean {
  if (refusal) return true
  const onExcess = workflow.live && concurrencyOf(workflow.live.definition.options)?.onExcess
  return onExcess === 'skip' || onExcess === 'cancelOldest'
}

/** What `onExcess` of a workflow's concurrency asks for at a start. It counts what is not over, waiting or not, and starts of one
 *  workflow take turns, so that two at once can't both be the last one. */
export async function makeRoom(
  trx: Trx,
  { workflow }: Start,
  { workflowId, limitKey = '' }: NewExecution,
): Promise<{ refusal?: Refusal; supersedes: string[] }> {
  const limit = concurrencyOf(workflow.live!.definition.options)
  if (!limit || limit.onExcess === 'queue') return { supersedes: [] }
  const { max, onExcess } = limit
  const unfinished = await listUnfinishedWithin(trx, workflowId, limitKey)
  const excess = unfinished.length - max + 1
  if (excess <= 0) return { supersedes: [] }
  if (onExcess === 'cancelOldest') return { supersedes: unfinished.slice(0, excess) }
  const message = `${max === 1 ? 'Another execution is' : `${max} executions are`} under way, and one too many is skipped.`
  return { refusal: { reason: 'concurrency_exceeded', message }, supersedes: [] }
}
