import type { NewDelivery } from '@ensue/db'
import { newId } from '@ensue/engine/core'
import type { Context } from 'hono'
import type { App } from '../context.ts'
import { clientIp, type HttpEnv } from '../http/request-info.ts'

const MASK = '[masked]'
const SECRET_HEADERS = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-gitlab-token',
  // Whoever has one can send the same request again.
  'stripe-signature',
  'svix-signature',
  'webhook-signature',
  'x-hub-signature',
  'x-hub-signature-256',
  'x-shopify-hmac-sha256',
  'x-slack-signature',
  'x-twilio-signature',
]
export const isSecretHeader = (name: string): boolean => SECRET_HEADERS.includes(name.toLowerCase())
/** Of a request that starts nothing so much of the body is kept. */
const MAX_KEPT_BODY_BYTES = 65_536
const EMPTY = Buffer.alloc(0)

/** One request to a webhook as the steps of the ingress see it. */
export interface Arrival {
  /** Of its delivery in the inbox. */
  id: string
  requestId: string
  /** Milliseconds. */
  at: number
  method: string
  /** Path and query as they were received. */
  url: string
  /** Names in lower case; nothing is masked yet. */
  headers: Record<string, string>
  /** Every line of a header that came more than once. */
  distinct(): Record<string, string[]>
  query(): URLSearchParams
  ip: string | null
  /** As received, inflated. */
  body: Buffer
}

export function arrivalOf(app: App, c: Context<HttpEnv>): Arrival {
  const { incoming } = c.env ?? {}
  const target = (incoming as { url?: string } | undefined)?.url ?? c.req.url.slice(c.req.url.indexOf('/', 8))
  // Some proxies send the whole URL, with a host that anyone can make up.
  const url = target.startsWith('/') ? target : target.replace(/^\w+:\/\/[^/?#]*/, '')
  const mark = url.indexOf('?')
  let distinct: Record<string, string[]> | undefined
  let query: URLSearchParams | undefined
  return {
    id: newId(),
    requestId: c.get('requestId'),
    at: Date.now(),
    method: c.req.method,
    url,
    headers: headersOf(c),
    // Not getters: an object literal that has some is slow to make.
    distinct() {
      distinct ??= incoming
        ? (incoming.headersDistinct as Record<string, string[]>)
        : Object.fromEntries(Object.entries(c.req.header()).map(([name, value]) => [name, [value]]))
      return distinct
    },
    query() {
      query ??= new URLSearchParams(mark < 0 ? '' : url.slice(mark))
      return query
    },
    ip: clientIp(c, app.config.trustProxyHops),
    body: EMPTY,
  }
}

function headersOf(c: Context<HttpEnv>): Record<string, string> {
  const { incoming } = c.env ?? {}
  if (!incoming) return c.req.header()
  const headers = { ...incoming.headers } as Record<string, string>
  // The only header that Node gives as a list; a request has no use for it.
  if (Array.isArray(headers['set-cookie'])) delete headers['set-cookie']
  return headers
}

/** What of a request is secret beside the headers that always are: where the webhook expects its token. */
export interface SecretPlaces {
  headers?: readonly string[]
  queryParameter?: string
}

/** The headers as they may be stored and read by workflows. */
export function maskedHeaders({ headers }: Arrival, { headers: more }: SecretPlaces): Record<string, string> {
  let masked = headers
  for (const name of more === undefined ? SECRET_HEADERS : [...SECRET_HEADERS, ...more]) {
    if (headers[name] === undefined) continue
    if (masked === headers) masked = { ...headers }
    masked[name] = MASK
  }
  return masked
}

/** Path and query as they may be stored. */
export function maskedUrl({ url, query }: Arrival, { queryParameter }: SecretPlaces): string {
  if (queryParameter === undefined || !url.includes('?') || !query().has(queryParameter)) return url
  const masked = new URLSearchParams(query())
  masked.set(queryParameter, MASK)
  return `${url.slice(0, url.indexOf('?'))}?${masked}`
}

/** Not cut within a letter: text that ends with half of one is no UTF-8, and would be looked through for secrets as bytes. */
function beginningOf(body: Buffer): Buffer {
  let end = MAX_KEPT_BODY_BYTES
  if (body.length <= end) return body
  while (end > MAX_KEPT_BODY_BYTES - 3 && (body[end]! & 0xc0) === 0x80) end -= 1
  return body.subarray(0, end)
}

/** A request that starts nothing, for the inbox. */
export function deliveryOf(
  arrival: Arrival,
  workflowId: string,
  places: SecretPlaces,
  outcome: NewDelivery['outcome'],
  rest: Pick<NewDelivery, 'status'> & Partial<Pick<NewDelivery, 'reason' | 'message' | 'executionId'>>,
): NewDelivery {
  const { body } = arrival
  const kept = beginningOf(body)
  return {
    id: arrival.id,
    workflowId,
    at: new Date(arrival.at).toISOString(),
    method: arrival.method,
    path: maskedUrl(arrival, places),
    ip: arrival.ip,
    headers: maskedHeaders(arrival, places),
    body: kept.toString('base64'),
    bodyBytes: body.length,
    outcome,
    reason: rest.reason ?? null,
    message: rest.message ?? null,
    status: rest.status,
    durationMs: Date.now() - arrival.at,
    executionId: rest.executionId ?? null,
  }
}
