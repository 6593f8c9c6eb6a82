import { decodeHex } from './encodings.ts'
import { hmac, identityOf, matching } from './macs.ts'
import { checkTime, isId, jsonBody, oneHeader } from './request-parts.ts'
import { type Check, type ConfigOf, SignatureRefusal } from './verdict.ts'

const MAX_ITEMS = 20

/** `t=<seconds>,v1=<hex>`, more `v1` while a secret is being replaced, and other versions, which count for nothing. The secret is
 *  the key as it stands, `whsec_` included. https://docs.stripe.com/webhooks/signature */
export function stripeCheck({ secrets, toleranceSeconds }: ConfigOf<'stripe'>): Check {
  return (request, nowMs) => {
    const { timestamp, given } = parseHeader(oneHeader(request, 'stripe-signature'))
    checkTime(timestamp, nowMs, toleranceSeconds)
    const mac = matching(
      secrets.map((secret) => hmac('sha256', secret, `${timestamp}.`, request.body)),
      given,
    )
    // In the signed body, so nobody can change it.
    const id = jsonBody(request.body)?.id
    return { ok: true, ...identityOf(isId(id) ? id : undefined, 'stripe', mac) }
  }
}

function parseHeader(header: string): { timestamp: string; given: Buffer[] } {
  const items = header.split(',').map((item) => /^([a-z]\w*)=(.*)$/.exec(item) ?? [])
  const valuesOf = (wanted: string) => items.filter(([, name]) => name === wanted).map(([, , value = '']) => value)
  const [timestamp, ...moreTimes] = valuesOf('t')
  const given = valuesOf('v1').map(decodeHex)
  const macs = given.filter((mac) => mac !== undefined)
  const broken = items.some(([item]) => item === undefined) || macs.length < given.length || macs.length === 0
  if (broken || timestamp === undefined || moreTimes.length > 0 || items.length > MAX_ITEMS)
    throw new SignatureRefusal('signature_malformed', 'Stripe-Signature does not look like t=<seconds>,v1=<hex>.')
  return { timestamp, given: macs }
}
