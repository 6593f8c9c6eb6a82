import { AppError, NodeError } from './core/errors.ts'
import type { NodeDefinition } from './definition.ts'
import type { NodeType } from './nodes/define-node.ts'

type Retry = NonNullable<NodeDefinition['retry']>

/** A refusal by a port fails the node like an error of its own; anything else is a bug or an outage. */
export function asNodeError(error: unknown): NodeError | undefined {
  if (error instanceof NodeError) return error
  if (error instanceof AppError && error.status < 500)
    return new NodeError(error.code, error.message, {
      cause: error,
      ...(error.path === undefined ? {} : { path: error.path }),
    })
  return undefined
}

/** Milliseconds to pause before the next attempt; undefined: there is none. What reaches the outside world tells which of its
 *  failures may pass, and whether it may have taken effect; what other nodes meet, e.g. a record that is not there yet, may always pass. */
export function retryPause(
  { retry }: NodeDefinition,
  { traits }: Pick<NodeType, 'traits'>,
  attempt: number,
  error: NodeError,
): number | undefined {
  if (!retry || attempt >= retry.maxAttempts || error.code === 'unresolved_reference') return undefined
  if (traits.effect === 'external' && !error.retryable) return undefined
  return Math.max(pauseAfter(retry, attempt), error.retryAfterMs ?? 0)
}

function pauseAfter({ delayMs = 1_000, backoff }: Retry, attempt: number): number {
  return Math.min(backoff === 'fixed' ? delayMs : delayMs * 2 ** (attempt - 1), 3_600_000)
}

/** Milliseconds of all pauses between the attempts of a node that never succeeds. */
export function longestPause(retry: Retry): number {
  let totalMs = 0
  for (let attempt = 1; attempt < retry.maxAttempts; attempt++) totalMs += pauseAfter(retry, attempt)
  return totalMs
}

/** Aborts a node's attempt with a NodeError `timeout` after its time, or with the run's own reason before. */
export function startDeadline(timeoutMs: number, run: AbortSignal): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new NodeError('timeout', `The node took longer than ${timeoutMs} ms.`, { retryable: true }))
  }, timeoutMs)
  return { signal: AbortSignal.any([run, controller.signal]), clear: () => clearTimeout(timer) }
}
