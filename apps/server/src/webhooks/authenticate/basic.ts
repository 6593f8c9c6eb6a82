import { timingSafeEqual } from 'node:crypto'
import { digest, isUsableSecret } from './secret-digest.ts'
import { ACCEPTED, type Authenticator, onlyLine, type Verdict } from './verdict.ts'

export interface BasicCredentials {
  username: string
  password: string
}

/** Checks Basic credentials (RFC 7617), also those that a caller wrote into the URL. User and password are hashed before they
 *  are compared, so neither their lengths nor which of them is wrong can be told from the time it takes. */
export function createBasicAuthenticator({ username, password }: BasicCredentials): Authenticator {
  const isUsable = isUsableSecret(username) && isUsableSecret(password)
  const wanted = Buffer.concat([digest(username), digest(password)])
  // Some clients still send Latin-1.
  const wantedLatin1 = Buffer.concat([digest(Buffer.from(username, 'latin1')), digest(Buffer.from(password, 'latin1'))])
  return (request) => {
    const line = onlyLine(request, 'authorization')
    if ('reason' in line) return refused(line.reason)
    const match = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(line.value)
    const bytes = Buffer.from(match?.[1] ?? '', 'base64')
    // The first: a password may hold colons.
    const colon = bytes.indexOf(0x3a)
    if (colon < 0 || bytes.some(isControl)) return refused('credentials_malformed')
    const given = Buffer.concat([digest(bytes.subarray(0, colon)), digest(bytes.subarray(colon + 1))])
    const utf8 = timingSafeEqual(given, wanted)
    const latin1 = timingSafeEqual(given, wantedLatin1)
    return isUsable && (utf8 || latin1) ? ACCEPTED : refused('credentials_wrong')
  }
}

const isControl = (byte: number) => byte < 0x20 || byte === 0x7f

function refused(reason: string): Verdict {
  return {
    ok: false,
    reason,
    message: 'The user name or the password is wrong or missing.',
    challenge: 'Basic realm="webhook", charset="UTF-8"',
  }
}
