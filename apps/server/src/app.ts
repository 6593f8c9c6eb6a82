import { AppError } from '@ensue/engine/core'
import { Hono } from 'hono'
import type { App } from './context.ts'
import { errorResponse } from './http/errors.ts'
import { readiness } from './http/health.ts'
import { type HttpEnv, requestIdOf } from './http/request-info.ts'
import { answerRest } from './http/rest.ts'
import { spaRoutes } from './http/spa.ts'
import { answerTrpc } from './http/trpc.ts'
import { webhookRoutes } from './webhooks/http.ts'

/** Everything that a process answers over HTTP. */
export function createHttpApp(app: App): Hono<HttpEnv> {
  const http = new Hono<HttpEnv>()
  // Before everything else: webhooks have their own limits, authentication, headers and answers.
  http.route('/', webhookRoutes(app))
  // The one middleware of the hot paths: a handler's raw Response gets the headers as well as one made by the context.
  http.use(async (c, next) => {
    const requestId = requestIdOf(c.req.header('x-request-id'))
    c.set('requestId', requestId)
    await next()
    const { headers } = c.res
    headers.set('x-request-id', requestId)
    headers.set('x-content-type-options', 'nosniff')
  })
  http.onError((error, c) => errorResponse(app, error, c.get('requestId')))

  http.get('/healthz', (c) => c.json({ live: true }))
  http.get('/readyz', async (c) => {
    const { ready, checks } = await readiness(app)
    return c.json({ ready, checks }, ready ? 200 : 503)
  })
  http.all('/api/*', (c) => answerRest(app, c))
  http.all('/trpc/*', (c) => answerTrpc(app, c))
  http.route('/', spaRoutes())
  http.notFound((c) =>
    errorResponse(app, new AppError('not_found', 'There is nothing at this path.'), c.get('requestId')),
  )
  return http
}
