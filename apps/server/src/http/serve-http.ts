import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { AppError } from '@ensue/engine/core'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import type { App } from '../context.ts'
import { errorResponse } from './errors.ts'
import { limitConnections, publicSource } from './limit-connections.ts'
import type { HttpEnv } from './request-info.ts'
import { answerUnreadable, requireHost } from './unreadable-requests.ts'

/** What a client may cost that sends little, or nothing. */
const TIMES = {
  headersTimeout: 10_000,
  /** Until the whole request is there; webhooks give their bodies less. */
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
}
/** A socket on which nothing moves, as when an answer isn't fetched; longer than any deadline of a sync webhook. */
const IDLE_SOCKET_MS = 360_000
const IDLE_LOOK_MS = 50
const CLOSING_MS = 5_000

/** Listens as configured. @throws Error with a sentence for the operator */
export async function serveHttp(app: App, http: Hono<HttpEnv>): Promise<Server> {
  const { host, port, tls, maxConnections, trustProxyHops } = app.config
  const listener = requireHost(
    getRequestListener(http.fetch, {
      hostname: host,
      errorHandler: (error) => errorResponse(app, ofUnreadable(error), randomUUID()),
    }),
  )
  const options = { ...TIMES, requireHostHeader: false }
  const server: Server = tls
    ? createTlsServer({ ...options, ...(await readCertificate(tls)) }, listener)
    : createServer(options, listener)
  limitConnections(server, {
    max: maxConnections,
    // Behind proxies of the operator's everybody comes from there.
    ...(trustProxyHops === 0 ? { sourceOf: publicSource } : {}),
    onFull: (dropped) => app.log.warn({ dropped, maxConnections }, 'connections were turned away: there are too many'),
  })
  server.timeout = IDLE_SOCKET_MS
  // A client that has sent everything may close its half; Node would drop the request, body and all.
  Object.assign(server, { httpAllowHalfOpen: true })
  answerUnreadable(server)
  server.listen(port, host)
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(new Error(code === 'EADDRINUSE' ? `Port ${port} is in use; set PORT to another.` : message)),
    )
  })
  return server
}

async function readCertificate({
  certFile,
  keyFile,
}: NonNullable<Config['tls']>): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([certFile, keyFile].map((file) => readFile(file)))
  return { cert: cert!, key: key! }
}

/** A target or host that makes no URL. */
function ofUnreadable(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error
  return new AppError('invalid_input', 'The target or the host of the request makes no URL.', { cause: error })
}

/** Lets the requests under way finish; idle keep-alive connections are closed at once. */
export async function closeHttp(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Those that are kept alive become idle one after the other, as what they carried ends.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
  const all = setTimeout(() => server.closeAllConnections(), CLOSING_MS)
  await closed
  clearInterval(idle)
  clearTimeout(all)
}
