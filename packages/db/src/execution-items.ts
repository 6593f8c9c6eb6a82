import type { RunResult } from '@ensue/engine'
import type { FlushItem, InsertItem, NewExecution, Refusal } from './execution-sql.ts'

export const queued = (execution: NewExecution): InsertItem => ({
  ...execution,
  status: 'queued',
  epoch: 0,
})

/** An execution that was refused before it could run, with the reason. */
export const skipped = (
  { gate: _, orderingKey: __, ...execution }: NewExecution,
  { reason, message }: Refusal,
): InsertItem => ({ ...queued(execution), status: 'skipped', reason, error: { code: reason, message } })

export const running = (execution: NewExecution, runnerId: string): InsertItem => ({
  ...execution,
  status: 'running',
  epoch: 1,
  runnerId,
})

export function endOf(
  result: RunResult | null,
): Pick<FlushItem, 'reason' | 'error' | 'output' | 'response' | 'messages'> {
  return {
    reason: result?.reason,
    error: result?.error,
    output: result?.output === undefined ? undefined : { value: result.output },
    response: result?.response,
    messages: result && result.messages.length > 0 ? result.messages : undefined,
  }
}
