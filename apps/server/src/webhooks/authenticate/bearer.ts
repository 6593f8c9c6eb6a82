import { createTokenCheck, isUsableSecret } from './secret-digest.ts'
import { ACCEPTED, type Authenticator, type Credentials, onlyLine, type Verdict } from './verdict.ts'

/** Checks `Authorization: Bearer <token>` (RFC 6750), or a header of another name that holds the token alone. */
export function createBearerAuthenticator({
  token,
  header = 'authorization',
}: {
  token: string
  header?: string | undefined
}): Authenticator {
  const isUsable = isUsableSecret(token)
  const matches = createTokenCheck(token)
  const name = header.toLowerCase()
  return (request) => {
    const found = name === 'authorization' ? bearerToken(request) : onlyLine(request, name)
    if ('reason' in found) return refused(found.reason)
    // Node gives the bytes of a header as Latin-1.
    const isRight = matches(Buffer.from(found.value, 'latin1'))
    return isUsable && isRight ? ACCEPTED : refused('token_wrong')
  }
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(request: Credentials): { value: string } | { reason: string } {
  const line = onlyLine(request, 'authorization')
  if ('reason' in line) return line
  const token = /^bearer +(\S+) *$/i.exec(line.value)?.[1]
  return token === undefined ? { reason: 'credentials_malformed' } : { value: token }
}

function refused(reason: string): Verdict {
  return { ok: false, reason, message: 'The token is wrong or missing.', challenge: 'Bearer realm="webhook"' }
}
