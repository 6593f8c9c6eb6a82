import { createHash } from 'node:crypto'
import { hubSignature } from './github.ts'
import { equalBytes, macHash } from './macs.ts'
import { oneQuery } from './request-parts.ts'
import { type Check, type ConfigOf, plainHandshake, SignatureRefusal } from './verdict.ts'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
export function metaCheck({ secrets, verifyToken }: ConfigOf<'meta'>): Check {
  return (request) => {
    if (request.method === 'GET' && request.query.get('hub.mode') === 'subscribe') {
      const token = oneQuery(request, 'hub.verify_token')
      if (!verifyToken || !equalBytes(digest(token), digest(verifyToken)))
        throw new SignatureRefusal('token_mismatch', 'hub.verify_token is not the verify token of this webhook.')
      const challenge = oneQuery(request, 'hub.challenge')
      if (!/^[\w.-]{1,256}$/.test(challenge))
        throw new SignatureRefusal('signature_malformed', 'hub.challenge is not a short text of letters and digits.')
      return plainHandshake(challenge)
    }
    return { ok: true, mac: macHash('meta', hubSignature(request, secrets)) }
  }
}
