export interface ErrorItem {
  code: string
  message: string
  path?: string
}

/** A refused or failed call, with what the server said of it. */
export class ApiError extends Error {
  readonly status: number
  readonly items: ErrorItem[]
  readonly requestId: string | undefined
  readonly details: Record<string, unknown>

  constructor(status: number, items: ErrorItem[], requestId?: string, details: Record<string, unknown> = {}) {
    super(items.map((item) => item.message).join(' ') || `The server answered ${status}.`)
    this.name = 'ApiError'
    this.status = status
    this.items = items
    this.requestId = requestId
    this.details = details
  }

  get code(): string {
    return this.items[0]?.code ?? 'internal'
  }
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.'
}
