import { createHash } from 'node:crypto'
import { equalBytes, identityOf } from './macs.ts'
import { hasHeader, oneHeader, unsignedId } from './request-parts.ts'
import { standardWebhooksCheck } from './standard-webhooks.ts'
import { type Check, type ConfigOf, SignatureRefusal } from './verdict.ts'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** A signing token (`whsec_…`, as Standard Webhooks) or the older secret token, which is sent along as it is. Each secret serves only
 *  the scheme it is made for. https://docs.gitlab.com/user/project/integrations/webhooks/ */
export function gitlabCheck({ secrets, toleranceSeconds }: ConfigOf<'gitlab'>): Check {
  const signing = secrets.filter((secret) => secret.startsWith('whsec_'))
  const tokens = secrets.filter((secret) => !secret.startsWith('whsec_')).map(digest)
  const signed = signing.length > 0 ? standardWebhooksCheck({ secrets: signing, toleranceSeconds }) : undefined
  return (request, nowMs) => {
    if (signed && (tokens.length === 0 || hasHeader(request, 'webhook-signature'))) return signed(request, nowMs)
    const given = digest(oneHeader(request, 'x-gitlab-token'))
    if (!tokens.map((token) => equalBytes(token, given)).includes(true))
      throw new SignatureRefusal('token_mismatch', 'X-Gitlab-Token is not the token of this webhook.')
    // Who has seen a request has seen the token: only what GitLab itself sends twice can be told.
    return { ok: true, ...identityOf(unsignedId(request, 'idempotency-key'), 'gitlab', request.body) }
  }
}
