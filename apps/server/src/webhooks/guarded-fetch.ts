import type { HttpClient } from '@ensue/engine'

const TIMEOUT_MS = 5_000
const MAX_BYTES = 1_048_576

/** `fetch` for libraries, over the product's own HTTP client and so within its egress guard. GET only. */
export function createGuardedFetch(http: HttpClient): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const { status, headers, body } = await http.request(
      {
        method: 'GET',
        url,
        headers: Object.fromEntries(new Headers(init.headers)),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
      },
      init.signal ?? new AbortController().signal,
    )
    return new Response(Buffer.from(body), { status, headers })
  }
}
