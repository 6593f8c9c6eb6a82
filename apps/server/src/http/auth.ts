import { AppError } from '@ensue/engine/core'
import type { Context } from 'hono'
import { findPrincipal } from '../auth/find-principal.ts'
import type { App, Caller } from '../context.ts'
import { type HttpEnv, requestInfo } from './request-info.ts'
import { tokenOfCookies } from './session-cookie.ts'

export interface Credential {
  token: string
  from: 'header' | 'query' | 'cookie'
}

/** The token of a request: of the Authorization header, else of the query, else of the cookie.
 *  @throws AppError unauthorized for another scheme than Bearer */
export function credentialOf(c: Context<HttpEnv>): Credential | undefined {
  const authorization = c.req.header('authorization')
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    if (token === undefined) throw unauthorized('Send "Authorization: Bearer <token>".')
    return { token, from: 'header' }
  }
  const query = c.req.query('token')
  if (query) return { token: query, from: 'query' }
  const cookie = tokenOfCookies(c.req.header('cookie'))
  return cookie === undefined ? undefined : { token: cookie, from: 'cookie' }
}

/** Who sent the request, in the role of `X-Role`.
 *  @throws AppError unauthorized, forbidden */
export async function authenticate(app: App, c: Context<HttpEnv>): Promise<Caller> {
  const credential = credentialOf(c)
  if (!credential) throw unauthorized('Sign in first: send "Authorization: Bearer <token>".')
  if (credential.from === 'cookie') refuseForeignOrigin(c)
  const principal = await findPrincipal(app, credential.token, c.req.header('x-role') || undefined)
  return { principal, ...requestInfo(c, app.config.trustProxyHops) }
}

function unauthorized(message: string): AppError {
  return new AppError('unauthorized', message, { headers: { 'www-authenticate': 'Bearer' } })
}

/** A browser sends the cookie along whoever made the request, so a changing one must come from our own pages.
 *  Browsers always say where such a request comes from; what says nothing is no browser.
 *  @throws AppError forbidden */
export function refuseForeignOrigin(c: Context<HttpEnv>): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const site = c.req.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  const origin = c.req.header('origin')
  const host = URL.canParse(origin ?? '') ? new URL(origin!).host : undefined
  if (site === undefined && (origin === undefined || host === c.req.header('host'))) return
  throw new AppError('forbidden', 'A request with the session cookie must come from the same origin.')
}
