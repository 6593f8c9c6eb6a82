import { AppError, type Json, type SignatureConfig, type WebhookAuth } from '@ensue/engine'
import type { App } from '../context.ts'
import { resolveSecrets } from '../secrets/resolve-secrets.ts'
import type { Arrival } from './arrival.ts'
import { createAuthenticator } from './authenticate/index.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import { Refusal } from './refusal.ts'
import { createVerifier } from './signatures/create-verifier.ts'
import type { Accepted, Handshake } from './signatures/verdict.ts'

/** The steps of a webhook that know secrets. */
export interface Guards {
  /** @throws Refusal */
  authenticate?(arrival: Arrival): Promise<void> | void
  /** A signature that holds, or the answer to a question about the URL. @throws Refusal */
  verify?(arrival: Arrival): Accepted | Handshake
  /** Methods that reach `verify` for a handshake only. */
  handshakeMethods: readonly string[]
}

/** Makes the checks of who calls. A secret that is not there lets nobody in. */
export function guardsOf(app: App, auth: WebhookAuth | undefined, signature: SignatureConfig | undefined): Guards {
  try {
    return {
      ...(auth && auth.type !== 'none' ? { authenticate: authentication(app, withSecrets(app, auth)) } : {}),
      handshakeMethods: [],
      ...(signature ? verification(withSecrets(app, signature)) : {}),
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    app.log.error({ err: error }, 'a webhook refuses everything: a secret it names is not there')
    return {
      handshakeMethods: [],
      authenticate() {
        throw new Refusal('secret_missing', 'unauthorized', 'The request can’t be verified.')
      },
    }
  }
}

const withSecrets = <Part>(app: App, part: Part): Part => resolveSecrets(app, part as Json) as Part

function authentication(app: App, auth: WebhookAuth): NonNullable<Guards['authenticate']> {
  const authenticate = createAuthenticator(auth, createGuardedFetch(app.ports.http))
  const check = (verdict: Awaited<ReturnType<typeof authenticate>>): void => {
    if (verdict.ok) return
    const { reason, message, challenge } = verdict
    throw new Refusal(reason, 'unauthorized', message, { headers: { 'WWW-Authenticate': challenge } })
  }
  return (arrival) => {
    const verdict = authenticate({ headers: arrival.distinct(), query: arrival.query() })
    return verdict instanceof Promise ? verdict.then(check) : check(verdict)
  }
}

function verification(signature: SignatureConfig): Pick<Guards, 'verify' | 'handshakeMethods'> {
  const verifier = createVerifier(signature)
  return {
    handshakeMethods: verifier.handshakeMethods,
    verify({ method, url, distinct, query, body, at }) {
      const verdict = verifier.verify({ method, url, headers: distinct(), query: query(), body }, at)
      if ('ok' in verdict && !verdict.ok) throw new Refusal(verdict.reason, 'unauthorized', verdict.message)
      return verdict
    },
  }
}
