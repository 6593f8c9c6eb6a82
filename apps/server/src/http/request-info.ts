import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { RequestInfo } from '../trpc.ts'

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

/** The client's address: `trustProxyHops` entries of X-Forwarded-For, counted from the right, were written by proxies of ours. */
export function clientIp(c: Context<HttpEnv>, trustProxyHops: number): string | null {
  const remote = c.env?.incoming?.socket?.remoteAddress ?? null
  const forwarded = trustProxyHops > 0 ? c.req.header('x-forwarded-for') : undefined
  if (forwarded === undefined) return withoutMapping(remote)
  const hops = forwarded.split(',').map((part) => part.trim())
  return withoutMapping(hops[Math.max(0, hops.length - trustProxyHops)] || remote)
}

/** `::ffff:10.0.0.1` is the IPv4 address 10.0.0.1 seen through an IPv6 socket. */
function withoutMapping(address: string | null): string | null {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null
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
