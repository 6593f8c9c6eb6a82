import type { HttpRequest } from '@ensue/engine'
import { AppError, NodeError } from '@ensue/engine/core'

/** In words, and without the addresses that the errors of sockets hold. */
const REASONS: Record<string, string> = {
  ENOTFOUND: 'the name can not be resolved',
  EAI_AGAIN: 'the name can not be resolved at the moment',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed by the server',
  UND_ERR_SOCKET: 'the connection was closed by the server',
  EPIPE: 'the connection was closed by the server',
  EHOSTUNREACH: 'the host can not be reached',
  ENETUNREACH: 'the host can not be reached',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the response are too large',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the server is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the server is not signed by a known authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another name',
}

const TIMEOUTS: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'could not be connected in time',
  ETIMEDOUT: 'could not be connected in time',
  UND_ERR_HEADERS_TIMEOUT: 'gave no first byte in time',
  UND_ERR_BODY_TIMEOUT: 'stopped sending in the middle of its answer',
}

/** Any failure of a request as the failure of its node. */
export function translateHttpError(
  error: unknown,
  { method, url, timeoutMs }: HttpRequest,
  isLate: boolean,
): NodeError {
  if (error instanceof NodeError) return error
  // A secret that can't sign.
  if (error instanceof AppError)
    return new NodeError('http_bad_request', error.message, { path: 'sign.secret', cause: error })
  const origin = URL.parse(url)?.origin ?? 'the URL'
  if (isLate)
    return new NodeError('http_timeout', `${method} ${origin} was not answered within ${timeoutMs} ms.`, {
      retryable: true,
      cause: error,
    })
  const code = codeOf(error)
  const late = TIMEOUTS[code]
  if (late) return new NodeError('http_timeout', `${origin} ${late}.`, { retryable: true, cause: error })
  if (code === 'UND_ERR_INVALID_ARG')
    return new NodeError('http_bad_request', `${method} ${origin} can't be sent: a header or the URL is not valid.`, {
      cause: error,
    })
  const reason = REASONS[code] ?? (code.startsWith('HPE_') ? 'the answer is not HTTP' : 'the connection failed')
  return new NodeError('http_failed', `${method} ${origin} failed: ${reason}.`, { retryable: true, cause: error })
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return typeof code === 'string' ? code : cause ? codeOf(cause) : ''
}
