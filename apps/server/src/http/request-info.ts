import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { RequestInfo } from '../trpc.ts'
import { clientAddress } from './client-address.ts'

/** What Hono's context carries from request to handler. */
export interface HttpEnv {
  Bindings: {
    incoming?: Pick<IncomingMessage, 'headers' | 'headersDistinct'> & {
      socket?: { remoteAddress?: string; encrypted?: boolean }
    }
  }
  Variables: { requestId: string }
}

const SANE_ID = /^[\w.:-]{1,128}$/

/** The caller's own id when it is short and printable, so that logs of both sides meet; else a new one. */
export function requestIdOf(header: string | undefined): string {
  return header !== undefined && SANE_ID.test(header) ? header : randomUUID()
}

/** The client's address, see `clientAddress`. */
export function clientIp(c: Context<HttpEnv>, trustProxyHops: number): string | null {
  const { incoming } = c.env ?? {}
  if (trustProxyHops === 0) return clientAddress(incoming?.socket?.remoteAddress, [], 0)
  const header = c.req.header('x-forwarded-for')
  const lines = incoming?.headersDistinct['x-forwarded-for'] ?? (header === undefined ? [] : [header])
  return clientAddress(incoming?.socket?.remoteAddress, lines, trustProxyHops)
}

/** Whether the client came by https, to us or to the trusted proxy before us. */
export function isSecure(c: Context<HttpEnv>, trustProxyHops: number): boolean {
  if (c.env?.incoming?.socket?.encrypted) return true
  return trustProxyHops > 0 && c.req.header('x-forwarded-proto') === 'https'
}

export function requestInfo(c: Context<HttpEnv>, trustProxyHops: number): RequestInfo {
  return {
    requestId: c.get('requestId'),
    ip: clientIp(c, trustProxyHops),
    userAgent: c.req.header('user-agent') ?? null,
  }
}
