import { ApiError, type ErrorItem } from './errors.ts'

interface Reply<Data> {
  data: Data
  meta?: { total?: number; nextAfter?: string | null }
  triggered?: unknown[]
}

interface Refusal {
  errors?: ErrorItem[]
  requestId?: string
}

/** One procedure of the API, e.g. `workflows:get`. The session cookie says who calls. */
export async function callReply<Data>(procedure: string, input: unknown = {}): Promise<Reply<Data>> {
  const response = await fetch(`/api/${procedure}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new ApiError(503, [{ code: 'unavailable', message: 'The server can not be reached.' }])
  })
  const body: unknown = await response.json().catch(() => ({}))
  if (response.ok) return body as Reply<Data>
  const { errors = [], requestId, ...details } = body as Refusal
  throw new ApiError(response.status, errors, requestId ?? response.headers.get('x-request-id') ?? undefined, details)
}

export async function call<Data>(procedure: string, input?: unknown): Promise<Data> {
  return (await callReply<Data>(procedure, input)).data
}

export function nextOf(meta: Reply<unknown>['meta']): string | null {
  return meta?.nextAfter ?? null
}
