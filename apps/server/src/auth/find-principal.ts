import { findApiKey, findSession, touchApiKey } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { App, Principal } from '../context.ts'
import { API_KEY_PREFIX, hashToken, SESSION_PREFIX } from './tokens.ts'

const CACHE_MS = 5_000
const MAX_ENTRIES = 10_000

type Identity = Omit<Principal, 'role'>
interface Entry {
  identity: Promise<Identity>
  untilMs: number
}

const perApp = new WeakMap<App, Map<string, Entry>>()

function cacheOf(app: App): Map<string, Entry> {
  const cache = perApp.get(app) ?? new Map<string, Entry>()
  perApp.set(app, cache)
  return cache
}

/** Who a session token or API key stands for, in the role asked for, else the first of the roles.
 *
 *  The answer is kept for 5 s, so that a busy client costs no query per request: a sign-out, a disabled user, a change of
 *  roles or a deleted API key takes effect at once in the process that did it, and within 5 s in the others.
 *  @throws AppError unauthorized, forbidden */
export async function findPrincipal(app: App, token: string, role: string | undefined): Promise<Principal> {
  const cache = cacheOf(app)
  const nowMs = Date.now()
  const known = cache.get(token)
  let identity: Identity
  if (known && known.untilMs > nowMs) identity = await known.identity
  else {
    const loading = loadIdentity(app, token)
    cache.delete(token)
    cache.set(token, { identity: loading, untilMs: nowMs + CACHE_MS })
    if (cache.size > MAX_ENTRIES) cache.delete(cache.keys().next().value!)
    // Refusals and failures are not kept: a flood of made-up tokens must not push out the good ones for long.
    identity = await loading.catch((error) => {
      cache.delete(token)
      throw error
    })
  }
  const { roles } = app.registry.current()
  const inForce = role ?? identity.roles.find((name) => roles.has(name))
  if (inForce === undefined) throw new AppError('forbidden', 'This account has no role.')
  if (!identity.roles.includes(inForce) || !roles.has(inForce))
    throw new AppError('forbidden', `The role "${inForce}" is not one of yours.`, { path: 'X-Role' })
  return { ...identity, role: inForce }
}

/** Makes the next use of a token, or of all, ask the database. */
export function forgetPrincipals(app: App, token?: string): void {
  if (token === undefined) cacheOf(app).clear()
  else cacheOf(app).delete(token)
}

async function loadIdentity(app: App, token: string): Promise<Identity> {
  const { db } = app.client
  if (token.startsWith(API_KEY_PREFIX)) {
    const key = await findApiKey(db, hashToken(token))
    if (!key) throw new AppError('unauthorized', 'The API key is not known or has expired.')
    // Once per cache period at most; the statement itself writes once a minute.
    touchApiKey(db, key.id).catch((error) => app.log.warn({ err: error }, 'could not note the use of an API key'))
    return { kind: 'apiKey', userId: null, email: null, roles: [key.role] }
  }
  const session = token.startsWith(SESSION_PREFIX) ? await findSession(db, hashToken(token)) : undefined
  if (!session) throw new AppError('unauthorized', 'The session is not known or has expired. Sign in again.')
  return { kind: 'user', userId: session.userId, email: session.email, roles: session.roles }
}
