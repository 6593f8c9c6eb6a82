import { macOf } from './encodings.ts'
import { hmac, identityOf, matching } from './macs.ts'
import { oneHeader, unsignedId } from './request-parts.ts'
import type { Check, ConfigOf } from './verdict.ts'

/** Only the body is signed: topic, shop and id are what the caller says.
 *  https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
export function shopifyCheck({ secrets }: ConfigOf<'shopify'>): Check {
  return (request) => {
    const given = macOf(oneHeader(request, 'x-shopify-hmac-sha256'), 'base64')
    const mac = matching(
      secrets.map((secret) => hmac('sha256', secret, request.body)),
      [given],
    )
    return { ok: true, ...identityOf(unsignedId(request, 'x-shopify-webhook-id'), 'shopify', mac) }
  }
}
