import type { TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import type { Context } from 'hono'
import type { App } from '../context.ts'
import { appRouter } from '../router.ts'
import { logError, toErrorReply } from './errors.ts'
import { readJson } from './read-json.ts'
import type { HttpEnv } from './request-info.ts'
import { createTrpcContext } from './trpc-context.ts'

/** Calls in one request. */
const MAX_BATCH = 50

/** `/trpc`: the router by fetch, with batches, and subscriptions as server-sent events. */
export async function answerTrpc(app: App, c: Context<HttpEnv>): Promise<Response> {
  const context = createTrpcContext(app, c)
  return fetchRequestHandler({
    endpoint: '/trpc',
    router: appRouter,
    req: await checkedRequest(app, c),
    createContext: () => context,
    allowBatching: true,
    maxBatchSize: MAX_BATCH,
    onError: ({ error }) => logError(app.log, error, toErrorReply(error), context.request.requestId),
    responseMeta: ({ errors }) => {
      const headers = new Headers(context.replyHeaders)
      headers.set('cache-control', 'no-store')
      for (const error of errors) setErrorHeaders(headers, error)
      return { headers }
    },
  })
}

/** The body passes the same checks as that of REST before tRPC reads it. */
async function checkedRequest(app: App, c: Context<HttpEnv>): Promise<Request> {
  const { method, url } = c.req
  if (method !== 'POST') return c.req.raw
  const body = JSON.stringify((await readJson(c, app.config.maxBodyBytes)) ?? {})
  const headers = new Headers(c.req.raw.headers)
  headers.delete('content-length')
  headers.set('content-type', 'application/json')
  return new Request(url, { method, headers, body, signal: c.req.raw.signal })
}

function setErrorHeaders(headers: Headers, error: TRPCError): void {
  for (const [name, value] of Object.entries(toErrorReply(error).headers)) headers.set(name, value)
}
