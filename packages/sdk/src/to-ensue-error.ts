import { EnsueError, type ErrorItem } from './errors.ts'
import type { Reply } from './fetch-json.ts'

/** The error of a tRPC reply; `data` is what the server's error formatter makes. */
export interface TrpcFailure {
  message: string
  data?: {
    code: string
    path: string | null
    items: ErrorItem[]
    details: Record<string, unknown>
    requestId: string | null
    httpStatus: number
  }
}

export function fromTrpc({ message, data }: TrpcFailure, status = 0, cause?: unknown): EnsueError {
  if (!data) return new EnsueError('internal', message, { status, cause })
  const { code, httpStatus, ...facts } = data
  return new EnsueError(code, message, { ...facts, status: httpStatus, cause })
}

/** For an answer that doesn't say it, e.g. of a proxy. */
export function codeOf(status: number): string {
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal'
}

/** The error of a REST reply: `{ errors, requestId, …details }`. */
export function fromRest({ status, body }: Reply): EnsueError {
  const { errors = [], requestId = null, ...details } = (body ?? {}) as { errors?: ErrorItem[]; requestId?: string }
  const [first] = errors
  const message = errors.map((item) => item.message).join(' ') || `The server answered ${status}.`
  return new EnsueError(first?.code ?? codeOf(status), message, {
    status,
    requestId,
    path: first?.path ?? null,
    ...(first ? { items: errors } : {}),
    details,
  })
}
