import { AppError, type AppErrorOptions, type ErrorCode } from '@ensue/engine/core'

/** A step of the ingress refused the request. `reason` is what the inbox says; the caller learns only code and message. */
export class Refusal extends AppError {
  override name = 'Refusal'
  readonly reason: string

  constructor(reason: string, code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    const { stackTraceLimit } = Error
    // Nobody reads where a refusal came from, and whoever floods a webhook would have each of them written down.
    Error.stackTraceLimit = 0
    super(code, message, options)
    Error.stackTraceLimit = stackTraceLimit
    this.reason = reason
  }
}
