/** One sentence of a refusal. `path` points into the input. */
export interface ErrorItem {
  code: string
  message: string
  path?: string
}

/** A call that was refused or failed. */
export class EnsueError extends Error {
  override name = 'EnsueError'
  /** From the server's closed list, e.g. `trigger_invalid`; `network` when no answer came, `timeout` when none came in time, `aborted` by
   *  the caller's signal. */
  readonly code: string
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Leads to the server's log. */
  readonly requestId: string | null
  /** Dotted, into the input. */
  readonly path: string | null
  readonly items: ErrorItem[]
  /** What the reply held beside the errors, e.g. `problems` of a definition. */
  readonly details: Record<string, unknown>

  constructor(
    code: string,
    message: string,
    facts: {
      status?: number
      requestId?: string | null
      path?: string | null
      items?: ErrorItem[]
      details?: Record<string, unknown>
      cause?: unknown
    } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.status = facts.status ?? 0
    this.requestId = facts.requestId ?? null
    this.path = facts.path ?? null
    this.items = facts.items ?? [{ code, message }]
    this.details = facts.details ?? {}
  }
}
