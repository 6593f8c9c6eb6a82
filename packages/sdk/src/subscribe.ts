import { EnsueError } from './errors.ts'
import { abortError, backoffMs, networkError, retryAfterMs, sleep } from './fetch-json.ts'
import { readEvents } from './read-events.ts'
import { codeOf, fromTrpc, type TrpcFailure } from './to-ensue-error.ts'

export interface Subscription<Value> {
  /** Asks for the stream; the signal ends this one connection. */
  open(signal: AbortSignal): Promise<Response>
  /** Nothing follows this value. Without it a stream that ends is one that was cut off. */
  isLast(value: Value): boolean
  signal?: AbortSignal | undefined
  /** Longest time without any sign of the server, connections included, before the subscription fails. */
  patienceMs: number
}

/** A connection is taken for dead after it: the server sends a ping every 15 s. */
const SILENCE_MS = 40_000

/** The values of a tRPC subscription over server-sent events. A connection that is lost, or a server that is away or restarts, is
 *  followed by another connection; a value that was seen already (by its id) does not come twice in a row.
 *  @throws EnsueError what the server refused with, `network` when it stayed away, `aborted` by the signal */
export async function* subscribe<Value>(subscription: Subscription<Value>): AsyncGenerator<Value> {
  const { open, isLast, signal, patienceMs } = subscription
  let seenId: string | undefined
  let aliveAt = performance.now()
  let lost: unknown
  for (let attempt = 1; ; attempt++) {
    let pauseMs = backoffMs(attempt)
    const connection = new AbortController()
    let watchdog = setTimeout(() => connection.abort(), Math.min(SILENCE_MS, patienceMs))
    try {
      const response = await open(signal ? AbortSignal.any([signal, connection.signal]) : connection.signal)
      pauseMs = retryAfterMs(response) ?? pauseMs
      if (!response.ok) throw await refusal(response)
      if (!response.body) throw new EnsueError('internal', 'This fetch gives no stream to read.')
      for await (const { name, data, id } of readEvents(response.body)) {
        clearTimeout(watchdog)
        watchdog = setTimeout(() => connection.abort(), SILENCE_MS)
        aliveAt = performance.now()
        attempt = 0
        if (name === 'serialized-error') throw fromTrpc(JSON.parse(data) as TrpcFailure)
        if (name !== 'message' || data === '' || (id !== undefined && id === seenId)) continue
        seenId = id
        const value = JSON.parse(data) as Value
        yield value
        if (isLast(value)) return
        // The reader may have taken its time.
        aliveAt = performance.now()
      }
    } catch (error) {
      if (signal?.aborted) throw abortError(signal)
      if (error instanceof EnsueError && error.code !== 'unavailable') throw error
      lost = error
    } finally {
      clearTimeout(watchdog)
      connection.abort()
    }
    if (performance.now() + pauseMs - aliveAt > patienceMs) throw lost instanceof EnsueError ? lost : networkError(lost)
    await sleep(pauseMs, signal)
  }
}

async function refusal(response: Response): Promise<EnsueError> {
  const { status } = response
  const body = (await response.json().catch(() => undefined)) as { error?: TrpcFailure } | undefined
  if (body?.error) return fromTrpc(body.error, status)
  return new EnsueError(codeOf(status), `The server answered ${status}.`, { status })
}
