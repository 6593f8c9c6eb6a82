import { EnsueError } from './errors.ts'

export interface Reply {
  status: number
  ok: boolean
  body: unknown
}

export interface FetchJsonOptions {
  send: typeof fetch
  /** For the whole call: every attempt and the pauses between them. */
  timeoutMs: number
  /** More than 1 only for calls that change nothing: a write may have been done although its answer was lost. */
  tries: number
}

/** Statuses by which a server, or the proxy before it, says that it did not do the call. */
const AWAY = new Set([502, 503, 504])

/** Sends a request and reads its JSON answer, whatever its status.
 *  @throws EnsueError `network`, `timeout`, `aborted`, or by the status of an answer that is no JSON */
export async function fetchJson(
  url: string,
  init: RequestInit,
  { send, timeoutMs, tries }: FetchJsonOptions,
): Promise<Reply> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const end = performance.now() + timeoutMs
  const caller = init.signal ?? undefined
  const signal = caller ? AbortSignal.any([caller, timeout]) : timeout
  for (let attempt = 1; ; attempt++) {
    let pauseMs = backoffMs(attempt)
    try {
      const response = await send(url, { ...init, signal })
      const text = await response.text()
      pauseMs = retryAfterMs(response) ?? pauseMs
      if (!AWAY.has(response.status) || attempt >= tries || performance.now() + pauseMs >= end)
        return { status: response.status, ok: response.ok, body: parse(text, response.status) }
    } catch (error) {
      if (error instanceof EnsueError) throw error
      if (caller?.aborted) throw abortError(caller)
      if (timeout.aborted) throw timeoutError(timeoutMs, error)
      if (attempt >= tries || performance.now() + pauseMs >= end) throw networkError(error)
    }
    await sleep(pauseMs, caller)
  }
}

export function networkError(cause: unknown): EnsueError {
  return new EnsueError('network', 'The server cannot be reached.', { cause })
}

export function timeoutError(timeoutMs: number, cause?: unknown): EnsueError {
  return new EnsueError('timeout', `No answer came within ${timeoutMs} ms.`, { cause })
}

/** What the caller's signal says: `timeout` for one of `AbortSignal.timeout`, else `aborted`. */
export function abortError({ reason }: AbortSignal): EnsueError {
  return reason instanceof Error && reason.name === 'TimeoutError'
    ? new EnsueError('timeout', 'The time that the caller gave is over.', { cause: reason })
    : new EnsueError('aborted', 'The caller aborted the call.', { cause: reason })
}

/** @throws EnsueError as soon as the signal is aborted */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) throw abortError(signal)
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(abortError(signal!))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** 200 ms, doubled with each attempt up to 5 s, each between half and one and a half of it, so that clients don't come in step. */
export function backoffMs(attempt: number): number {
  return Math.min(200 * 2 ** (attempt - 1), 5_000) * (0.5 + Math.random())
}

/** Seconds or a date, by RFC 9110. */
export function retryAfterMs({ headers }: Response): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0)
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const code = AWAY.has(status) ? 'unavailable' : 'internal'
    throw new EnsueError(code, `What answered with ${status} is no Ensue server: it sent no JSON.`, { status, cause })
  }
}
