import { AppError, type AppErrorOptions, type ErrorCode } from '@ensue/engine/core'

/** A step of the ingress refused the request. `reason` is what the inbox says; the caller learns only code and message. */
export class Refusal extends AppError {
  override name = 'Refusal'
  readonly reason: string

  constructor(reason: string, code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(code, message, options)
    this.reason = reason
  }
}
