import { macOf } from './encodings.ts'
import { hmac, identityOf, matching } from './macs.ts'
import { publicUrlOf } from './public-url.ts'
import { checkTime, hasHeader, oneHeader, unsignedId } from './request-parts.ts'
import { type Check, type ConfigOf, plainHandshake, SignatureRefusal, type SignedRequest } from './verdict.ts'

/** A scheme in the words of the config. */
export function hmacCheck(config: ConfigOf<'hmac'>): Check {
  const { header, algorithm, encoding, prefix, secrets, timestampHeader, toleranceSeconds, idHeader, echo } = config
  const template = config.signed.split(/\{(\w+)\}/)
  const idIsSigned = template.some((part, index) => index % 2 === 1 && part === 'id')
  return (request, nowMs) => {
    if (echo !== undefined && request.query.has(echo) && !hasHeader(request, header)) return echoed(request, echo)
    const given = macOf(oneHeader(request, header), encoding, prefix)
    const timestamp = timestampHeader === undefined ? '' : oneHeader(request, timestampHeader)
    if (timestampHeader !== undefined) checkTime(timestamp, nowMs, toleranceSeconds)
    const id = idHeader === undefined ? '' : idIsSigned ? signedId(request, idHeader) : ''
    const url = config.publicUrl === undefined ? request.url : publicUrlOf(config.publicUrl, request.url)
    const parts: Record<string, string | Buffer> = { timestamp, id, url, method: request.method, body: request.body }
    const signed = template.map((part, index) => (index % 2 === 1 ? (parts[part] ?? '') : part))
    const mac = matching(
      secrets.map((secret) => hmac(algorithm, secret, ...signed)),
      [given],
    )
    const known = idIsSigned ? id : idHeader === undefined ? undefined : unsignedId(request, idHeader)
    return { ok: true, ...identityOf(known, 'hmac', mac) }
  }
}

/** No punctuation: it could move between the id and what stands beside it in the signed text. */
function signedId(request: SignedRequest, header: string): string {
  const id = oneHeader(request, header)
  if (/^[\w-]{1,256}$/.test(id)) return id
  throw new SignatureRefusal('id_invalid', `${header} has 1 to 256 letters, digits, dashes and underscores.`)
}

function echoed({ query }: SignedRequest, name: string) {
  const [value = '', ...more] = query.getAll(name)
  if (more.length > 0 || !/^[\x20-\x7e]{1,1000}$/.test(value))
    throw new SignatureRefusal('signature_malformed', `The query parameter ${name} is not one short ASCII text.`)
  return plainHandshake(value)
}
