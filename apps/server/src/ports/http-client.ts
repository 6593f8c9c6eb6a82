import type { HttpClient, HttpRequest, HttpResponse } from '@ensue/engine'
import { NodeError } from '@ensue/engine/core'
import { Agent, type Dispatcher, request } from 'undici'
import { signWebhook } from '../webhooks/signatures/sign-webhook.ts'
import type { EgressGuard } from './egress/egress-guard.ts'
import { createGuardedConnector } from './egress/guarded-connector.ts'
import { type Hop, nextHop } from './next-hop.ts'
import { ACCEPT_ENCODING, discardBody, readResponseBody } from './read-response-body.ts'
import { translateHttpError } from './translate-http-error.ts'

const MAX_REDIRECTS = 3
const MAX_CONNECTIONS_PER_ORIGIN = 64
const MAX_HEADER_BYTES = 32_768
/** A body that pauses for longer is given up. */
const IDLE_TIMEOUT_MS = 30_000

/** The outgoing HTTP of nodes. Every socket is opened by the guard; proxies of the environment are not used, as they would
 *  resolve names in its place. */
export function createHttpClient(guard: EgressGuard): HttpClient & { close(): Promise<void> } {
  const agent = new Agent({
    connect: createGuardedConnector(guard),
    connections: MAX_CONNECTIONS_PER_ORIGIN,
    maxHeaderSize: MAX_HEADER_BYTES,
    allowH2: false,
  })
  return {
    async request(wanted, signal) {
      const ended = createEnd(signal, wanted.timeoutMs)
      try {
        return await Promise.race([exchange(agent, wanted, ended.signal), ended.promise])
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw translateHttpError(error, wanted, ended.signal.aborted)
      } finally {
        ended.clear()
      }
    },
    close: () => agent.destroy(),
  }
}

/** The request and the redirects that it follows. */
async function exchange(agent: Agent, wanted: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const { method, body, maxBytes } = wanted
  let hop: Hop = { method, url: new URL(wanted.url), headers: signed(wanted), body }
  for (let redirects = 0; ; redirects++) {
    const response = await send(agent, hop, wanted, signal)
    const next = wanted.followRedirects ? hopAfter(hop, response) : undefined
    if (!next) {
      const contentEncoding = textOf(response.headers['content-encoding'])
      const bytes = await readResponseBody(response.body, contentEncoding, maxBytes)
      return { status: response.statusCode, headers: plainHeaders(response.headers), body: bytes }
    }
    discardBody(response.body)
    if (redirects === MAX_REDIRECTS)
      throw new NodeError('http_bad_redirect', `${wanted.method} was redirected more than ${MAX_REDIRECTS} times.`)
    hop = next
  }
}

/** Signed when it is sent and not before, as a receiver takes no old signatures. */
function signed({ headers, body = '', sign }: HttpRequest): Record<string, string> {
  if (!sign) return headers
  const timestampSeconds = Math.floor(Date.now() / 1_000)
  return { ...headers, ...signWebhook({ id: sign.id, timestampSeconds, body, secret: sign.secret }) }
}

function send(agent: Agent, hop: Hop, { timeoutMs, firstByteTimeoutMs }: HttpRequest, signal: AbortSignal) {
  const asksForEncoding = Object.keys(hop.headers).some((name) => name.toLowerCase() === 'accept-encoding')
  return request(hop.url, {
    dispatcher: agent,
    method: hop.method as Dispatcher.HttpMethod,
    headers: asksForEncoding ? hop.headers : { ...hop.headers, 'Accept-Encoding': ACCEPT_ENCODING },
    body: hop.body ?? null,
    headersTimeout: firstByteTimeoutMs ?? timeoutMs,
    bodyTimeout: IDLE_TIMEOUT_MS,
    signal,
  })
}

function hopAfter(hop: Hop, response: Dispatcher.ResponseData): Hop | undefined {
  try {
    return nextHop(hop, response.statusCode, textOf(response.headers.location))
  } catch (error) {
    discardBody(response.body)
    throw error
  }
}

/** Ends a request at its deadline or with the signal. The promise rejects then: undici answers an abort only once it has a
 *  connection, which may be never. One timer and one listener, where composed signals take a third of the throughput. */
function createEnd(signal: AbortSignal, timeoutMs: number) {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const end = () => {
    controller.abort(signal.reason)
    reject(signal.reason ?? new Error('the deadline has passed'))
  }
  const timer = setTimeout(end, timeoutMs)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return {
    signal: controller.signal,
    promise,
    clear() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    },
  }
}

/** One text per name. The length and coding of what came over the wire are not those of the body that is given. */
function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) plain[name] = textOf(value) ?? ''
  if (plain['content-encoding'] !== undefined) {
    delete plain['content-encoding']
    delete plain['content-length']
  }
  return plain
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
