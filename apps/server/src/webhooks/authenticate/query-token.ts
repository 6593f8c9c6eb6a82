import { createTokenCheck, isUsableSecret } from './secret-digest.ts'
import { ACCEPTED, type Authenticator, MAX_CREDENTIAL_LENGTH, type Verdict } from './verdict.ts'

/** Checks a token in the URL, for senders that can't do better: URLs end up in logs along the way. */
export function createQueryTokenAuthenticator({ name, token }: { name: string; token: string }): Authenticator {
  const isUsable = isUsableSecret(token)
  const matches = createTokenCheck(token)
  return ({ query }) => {
    const [given, ...more] = query.getAll(name)
    if (given === undefined) return refused(name, 'credentials_missing')
    if (more.length > 0) return refused(name, 'credentials_repeated')
    if (given.length > MAX_CREDENTIAL_LENGTH) return refused(name, 'credentials_too_long')
    const isRight = matches(Buffer.from(given))
    return isUsable && isRight ? ACCEPTED : refused(name, 'token_wrong')
  }
}

function refused(name: string, reason: string): Verdict {
  const message = `The token in the parameter "${name}" of the URL is wrong or missing.`
  return { ok: false, reason, message, challenge: 'Bearer realm="webhook"' }
}
