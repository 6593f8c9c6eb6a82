/** The closed list of error codes that leave the product, with the HTTP status each is answered with. */
export const ERROR_STATUS = {
  invalid_input: 400,
  /** By a workflow that runs before the action. */
  rejected: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  schema_invalid: 422,
  trigger_invalid: 422,
  workflow_failed: 422,
  definition_invalid: 422,
  limit_exceeded: 429,
  internal: 500,
  unavailable: 503,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

/** One sentence of an error reply. `path` points into the input, e.g. `filter.amount.$gt`. */
export interface ErrorItem {
  code: ErrorCode
  message: string
  path?: string
}

export interface AppErrorOptions {
  /** Where in the input the fault is, dotted. */
  path?: string
  /** Several faults at once; replaces the single item made of code, message and path. */
  items?: ErrorItem[]
  /** Extra members of the reply body beside `errors` (e.g. `problems`). JSON. */
  details?: Record<string, unknown>
  headers?: Record<string, string>
  cause?: unknown
}

/** The one error that crosses layers: what a caller did wrong, or what is temporarily not to be had. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly path: string | undefined
  readonly items: ErrorItem[]
  readonly details: Record<string, unknown> | undefined
  readonly headers: Record<string, string> | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.path = options.path
    this.items = options.items ?? [{ code, message, ...(options.path === undefined ? {} : { path: options.path }) }]
    this.details = options.details
    this.headers = options.headers
  }

  get status(): number {
    return ERROR_STATUS[this.code]
  }
}

/** A failure of one node: ends that node run as `failed`; never a failure of the process or a retry of a job. */
export class NodeError extends Error {
  override name = 'NodeError'
  /** e.g. `unresolved_reference`, `http_status`, `record_invalid`, `timeout`. */
  readonly code: string
  readonly path: string | undefined
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    message: string,
    options: { path?: string; retryable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.path = options.path
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
  }
}
