import type { Context } from 'hono'
import type { App, Caller } from '../context.ts'
import type { TrpcContext } from '../trpc.ts'
import { authenticate, credentialOf } from './auth.ts'
import { type HttpEnv, isSecure, requestInfo } from './request-info.ts'

/** What procedures see of an HTTP request. Who sent it is looked up at the first procedure that asks. */
export function createTrpcContext(app: App, c: Context<HttpEnv>): TrpcContext {
  const hops = app.config.trustProxyHops
  let caller: Promise<Caller> | undefined
  return {
    app,
    request: requestInfo(c, hops),
    authenticate: () => {
      caller ??= authenticate(app, c)
      return caller
    },
    get token() {
      return credentialOf(c)?.token
    },
    secure: isSecure(c, hops),
    replyHeaders: new Headers(),
  }
}
