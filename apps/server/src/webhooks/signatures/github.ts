import { macOf } from './encodings.ts'
import { hmac, identityOf, matching } from './macs.ts'
import { oneHeader, unsignedId } from './request-parts.ts'
import type { Check, ConfigOf, SignedRequest } from './verdict.ts'

/** `X-Hub-Signature-256: sha256=<hex>` over the body, as GitHub and Meta send it. The SHA-1 header beside it is not looked at. */
export function hubSignature(request: SignedRequest, secrets: readonly string[]): Buffer {
  const given = macOf(oneHeader(request, 'x-hub-signature-256'), 'hex', 'sha256=')
  return matching(
    secrets.map((secret) => hmac('sha256', secret, request.body)),
    [given],
  )
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export function githubCheck({ secrets }: ConfigOf<'github'>): Check {
  return (request) => {
    const mac = hubSignature(request, secrets)
    return { ok: true, ...identityOf(unsignedId(request, 'x-github-delivery'), 'github', mac) }
  }
}
