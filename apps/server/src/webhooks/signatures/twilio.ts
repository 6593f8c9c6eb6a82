import { createHash } from 'node:crypto'
import { decodeHex, macOf } from './encodings.ts'
import { equalBytes, hmac, macHash, matching } from './macs.ts'
import { publicUrlOf } from './public-url.ts'
import { oneHeader, oneQuery } from './request-parts.ts'
import { type Check, type ConfigOf, SignatureRefusal, type SignedRequest } from './verdict.ts'

const MAX_PARAMETERS = 1_000

/** The URL with the parameters of a form after it, sorted; a JSON body is in the URL as its hash.
 *  https://www.twilio.com/docs/usage/security#validating-requests */
export function twilioCheck({ secrets, publicUrl }: ConfigOf<'twilio'>): Check {
  return (request) => {
    const given = macOf(oneHeader(request, 'x-twilio-signature'), 'base64')
    const parameters = signedParameters(request)
    const expected = urlsOf(request, publicUrl)
      .flatMap(withAndWithoutPort)
      .flatMap((url) => secrets.map((secret) => hmac('sha1', secret, url, parameters)))
    return { ok: true, mac: macHash('twilio', matching(expected, [given])) }
  }
}

function signedParameters(request: SignedRequest): string {
  const { body, query, headers } = request
  const type = headers['content-type']?.[0]?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return formText(body)
  if (query.has('bodySHA256')) {
    const hash = decodeHex(oneQuery(request, 'bodySHA256'))
    if (!hash || !equalBytes(hash, createHash('sha256').update(body).digest()))
      throw new SignatureRefusal('signature_mismatch', 'bodySHA256 is not the hash of the body.')
  } else if (body.length > 0) {
    throw new SignatureRefusal(
      'body_unsigned',
      'Neither a form nor bodySHA256: the signature would not cover the body.',
    )
  }
  return ''
}

/** Names in order, each with its values in order and each value once: `name` and `value` without anything between. */
function formText(body: Buffer): string {
  const form = new URLSearchParams(body.toString('utf8'))
  if (form.size > MAX_PARAMETERS)
    throw new SignatureRefusal('body_invalid', `The form has more than ${MAX_PARAMETERS} parameters.`)
  const values = new Map<string, Set<string>>()
  for (const [name, value] of form) values.set(name, (values.get(name) ?? new Set()).add(value))
  return [...values.keys()]
    .sort()
    .flatMap((name) => [...(values.get(name) ?? [])].sort().map((value) => name + value))
    .join('')
}

function urlsOf(request: SignedRequest, publicUrl: string | undefined): string[] {
  if (publicUrl !== undefined) return [publicUrlOf(publicUrl, request.url)]
  // A request for another host than the signed one doesn't fit, so the Host header may say which it was.
  const host = oneHeader(request, 'host')
  return ['https', 'http'].map((scheme) => `${scheme}://${host}${request.url}`)
}

/** Twilio signs the port of some URLs and not of others. */
function withAndWithoutPort(url: string): string[] {
  const [, scheme, host = '', port, rest = ''] = /^(https?):\/\/((?:[^/?#@]*@)?[^/?#:@]+)(:\d+)?(.*)$/s.exec(url) ?? []
  const standard = scheme === 'https' ? ':443' : ':80'
  return scheme === undefined ? [url] : [url, `${scheme}://${host}${port === undefined ? standard : ''}${rest}`]
}
