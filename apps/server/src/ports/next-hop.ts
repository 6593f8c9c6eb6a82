import { NodeError } from '@ensue/engine/core'

/** What is sent to one address; a redirect makes another of it. */
export interface Hop {
  method: string
  url: URL
  headers: Record<string, string>
  body: string | Uint8Array | undefined
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** They ask for the same request again, body included. */
const REPEATS = new Set([307, 308])

/** Where a response sends the request next; undefined: it is the answer.
 *  @throws NodeError `http_bad_redirect` */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined
  const url = URL.parse(location, hop.url)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password)
    throw badRedirect(hop, 'to something that is not a plain http or https address')
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') throw badRedirect(hop, 'from https to http')
  const repeats = REPEATS.has(status) || ['GET', 'HEAD', 'OPTIONS'].includes(hop.method)
  const next: Hop = repeats
    ? { ...hop, url }
    : { method: 'GET', url, headers: withoutBodyHeaders(hop.headers), body: undefined }
  if (url.origin === hop.url.origin) return next
  // Whatever was said to the one was not meant for the other: not the tokens, whatever their headers are called, and not the body.
  if (next.body !== undefined) throw badRedirect(hop, 'the body to another origin')
  return { ...next, headers: {} }
}

function withoutBodyHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-/i.test(name)))
}

function badRedirect({ url }: Hop, what: string): NodeError {
  return new NodeError('http_bad_redirect', `${url.origin} redirects ${what}; that is not followed.`)
}
