import type { RunResult } from '@ensue/engine'
import type { FlushItem, InsertItem, NewExecution, Refusal } from './execution-sql.ts'

export const queued = (execution: NewExecution): InsertItem => ({
  ...execution,
  status: 'queued',
  epoch: 0,
  runnerId: null,
  entries: null,
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
  entries: null,
})

export function endOf(
  result: RunResult | null,
): Pick<FlushItem, 'reason' | 'error' | 'output' | 'response' | 'messages'> {
  return {
    reason: result?.reason ?? null,
    error: result?.error ?? null,
    output: result?.output === undefined ? null : { value: result.output },
    response: result?.response ?? null,
    messages: result && result.messages.length > 0 ? result.messages : null,
  }
}
