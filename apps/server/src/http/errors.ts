import type { Masker } from '@ensue/engine'
import { AppError, ERROR_STATUS, type ErrorCode, type ErrorItem, type JsonObject } from '@ensue/engine/core'
import { TRPCError } from '@trpc/server'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { App } from '../context.ts'

/** An error as it leaves the product, before it takes the form of an HTTP or tRPC reply. */
export interface ErrorReply {
  status: number
  items: ErrorItem[]
  /** Members of the body beside `errors`. */
  details: Record<string, unknown>
  headers: Record<string, string>
}

/** The one translation of whatever was thrown. Never carries a stack, SQL text or a foreign message of a 5xx. */
export function toErrorReply(error: unknown): ErrorReply {
  if (error instanceof AppError)
    return { status: error.status, items: error.items, details: error.details ?? {}, headers: error.headers ?? {} }
  if (error instanceof TRPCError) return fromTrpcError(error)
  if (error instanceof z.ZodError) return fromZodError(error)
  if (error instanceof HTTPException) return single(CODE_OF_STATUS.get(error.status) ?? 'internal', error.message)
  if (isUnavailable(error))
    return {
      ...single('unavailable', 'The database is not to be had at the moment. Try again shortly.'),
      headers: { 'retry-after': '1' },
    }
  return (
    fromDatabaseError(error) ??
    single('internal', 'Something went wrong on the server. The request id leads to its log.')
  )
}

/** Logs what the caller can't be told: the stack of a 500. */
export function logError(log: Logger, error: unknown, reply: ErrorReply, requestId: string): void {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error
  if (reply.status === 500) log.error({ err: cause, requestId }, 'request failed')
  else if (reply.status === 503) log.warn({ err: cause, requestId }, 'request refused')
}

/** The reply body of REST: `{ errors, requestId, ...details }`. */
export function errorBody(reply: ErrorReply, requestId: string): Record<string, unknown> {
  return { errors: reply.items, requestId, ...reply.details }
}

/** The reply without the values of secrets: a message may tell what a node or a server has said. */
export function maskReply(reply: ErrorReply, masker: Masker): ErrorReply {
  return {
    ...reply,
    items: reply.items.map((item) => ({ ...item, message: masker.text(item.message) })),
    details: masker.json(reply.details as JsonObject),
  }
}

export function errorResponse(app: Pick<App, 'log' | 'secrets'>, error: unknown, requestId: string): Response {
  const reply = maskReply(toErrorReply(error), app.secrets.current().masker)
  logError(app.log, error, reply, requestId)
  return Response.json(errorBody(reply, requestId), {
    status: reply.status,
    headers: {
      'x-request-id': requestId,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...reply.headers,
    },
  })
}

const CODE_OF_STATUS = new Map<number, ErrorCode>(
  (Object.entries(ERROR_STATUS) as [ErrorCode, number][])
    .filter(([code, status]) => status !== 422 && code !== 'rejected')
    .map(([code, status]) => [status, code]),
)

function single(code: ErrorCode, message: string): ErrorReply {
  return { status: ERROR_STATUS[code], items: [{ code, message }], details: {}, headers: {} }
}

const TRPC_CODES: Partial<Record<TRPCError['code'], { code: ErrorCode; message: string }>> = {
  PARSE_ERROR: { code: 'invalid_input', message: 'The body is not valid JSON.' },
  BAD_REQUEST: { code: 'invalid_input', message: 'The request can not be understood.' },
  NOT_FOUND: { code: 'not_found', message: 'There is no such procedure.' },
  METHOD_NOT_SUPPORTED: { code: 'method_not_allowed', message: 'Queries take GET, mutations take POST.' },
  PAYLOAD_TOO_LARGE: { code: 'payload_too_large', message: 'The request is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { code: 'unsupported_media_type', message: 'Send JSON with content-type application/json.' },
  CLIENT_CLOSED_REQUEST: { code: 'timeout', message: 'The client closed the request.' },
}

function fromTrpcError(error: TRPCError): ErrorReply {
  // An output that its own schema refuses is our fault, though the cause is a ZodError as for a bad input.
  if (error.code === 'INTERNAL_SERVER_ERROR')
    return error.cause === undefined || error.message === 'Output validation failed'
      ? toErrorReply(undefined)
      : toErrorReply(error.cause)
  if (error.cause instanceof z.ZodError || error.cause instanceof AppError) return toErrorReply(error.cause)
  const known = TRPC_CODES[error.code]
  return known ? single(known.code, known.message) : single('internal', 'Something went wrong on the server.')
}

function fromZodError(error: z.ZodError): ErrorReply {
  const items = error.issues.slice(0, 20).map((issue): ErrorItem => {
    const path = issue.path.map(String).join('.')
    return { code: 'invalid_input', message: sentence(issue), ...(path === '' ? {} : { path }) }
  })
  return { status: 400, items, details: {}, headers: {} }
}

function sentence(issue: z.core.$ZodIssue): string {
  const text = issue.message.replace(/^Invalid input: expected (.+), received undefined$/, 'A value is required ($1).')
  return text.endsWith('.') ? text : `${text}.`
}

// 42703, 42P01 and 0A000 (a prepared statement of the old table): names come from the registry only, so the collection was altered in this very moment.
// Also the sentences of pg and pg-pool, which carry no code.
const UNAVAILABLE_CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENOENT|57P0[123]|08...|53300|40001|40P01|55P03|25006|42703|42P01|0A000)$/
const UNAVAILABLE_SENTENCES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|timeout expired)/

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true
  const code = codeOf(error)
  return (code !== undefined && UNAVAILABLE_CODES.test(code)) || UNAVAILABLE_SENTENCES.test(error.message)
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What a statement may refuse because of the caller's input; a net below the checks of the verbs. */
function fromDatabaseError(error: unknown): ErrorReply | undefined {
  const code = codeOf(error)
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return undefined
  if (code === '57014') return single('timeout', 'The database took too long to answer, and the statement was stopped.')
  if (code === '23505') return single('conflict', 'Another record has the same value in a unique field.')
  if (code === '23503')
    return single('conflict', 'The record refers to one that does not exist, or others still refer to it.')
  if (code === '23502' || code === '23514')
    return single('invalid_input', 'A required value is missing or out of bounds.')
  if (code.startsWith('22')) return single('invalid_input', 'A value does not fit the type of its field.')
  if (code === '54000' || code === '54001') return single('invalid_input', 'The request is too complex.')
  return undefined
}
