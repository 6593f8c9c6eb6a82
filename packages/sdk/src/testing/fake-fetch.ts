export interface SentRequest {
  method: string
  url: URL
  headers: Record<string, string>
  /** Of the body, or of the query's `input`. */
  input: unknown
}

type Answer = (request: SentRequest, signal: AbortSignal) => Response | Promise<Response>

export interface FakeFetch {
  fetch: typeof fetch
  sent: SentRequest[]
}

/** A fetch that answers in order, the last answer again and again, and keeps what was sent. */
export function fakeFetch(...answers: Answer[]): FakeFetch {
  const sent: SentRequest[] = []
  async function answer(target: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const url = new URL(String(target))
    const text = typeof init.body === 'string' ? init.body : url.searchParams.get('input')
    const request: SentRequest = {
      method: init.method ?? 'GET',
      url,
      headers: Object.fromEntries(new Headers(init.headers)),
      input: text === null ? undefined : JSON.parse(text),
    }
    sent.push(request)
    init.signal?.throwIfAborted()
    const next = answers[Math.min(sent.length, answers.length) - 1]!
    return next(request, init.signal ?? new AbortController().signal)
  }
  return { fetch: answer as typeof fetch, sent }
}

/** A tRPC reply. */
export const result = (data: unknown) => () => Response.json({ result: { data } })

/** A tRPC refusal as the server's error formatter makes it. */
export const refusal =
  (status: number, code: string, message: string, path: string | null = null) =>
  () =>
    Response.json(
      {
        error: {
          code: -32_000,
          message,
          data: { code, path, items: [{ code, message }], details: { hint: 1 }, requestId: 'r1', httpStatus: status },
        },
      },
      { status },
    )

export const away =
  (retryAfter = '0') =>
  () =>
    Response.json({ errors: [] }, { status: 503, headers: { 'retry-after': retryAfter } })

export const lost = () => Promise.reject(new TypeError('fetch failed'))

/** No answer until the signal. */
export const silence: Answer = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

/** A stream of the given pieces that then ends, or stays open until the signal. */
export const stream =
  (pieces: string[], { open = false } = {}): Answer =>
  (_, signal) => {
    const encoder = new TextEncoder()
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece))
        if (open) signal.addEventListener('abort', () => controller.error(signal.reason))
        else controller.close()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
