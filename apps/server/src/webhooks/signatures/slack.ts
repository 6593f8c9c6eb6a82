import { macOf } from './encodings.ts'
import { hmac, identityOf, matching } from './macs.ts'
import { checkTime, isId, jsonBody, oneHeader } from './request-parts.ts'
import { type Check, type ConfigOf, plainHandshake } from './verdict.ts'

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function slackCheck({ secrets, toleranceSeconds }: ConfigOf<'slack'>): Check {
  return (request, nowMs) => {
    const given = macOf(oneHeader(request, 'x-slack-signature'), 'hex', 'v0=')
    const timestamp = oneHeader(request, 'x-slack-request-timestamp')
    checkTime(timestamp, nowMs, toleranceSeconds)
    const mac = matching(
      secrets.map((secret) => hmac('sha256', secret, `v0:${timestamp}:`, request.body)),
      [given],
    )
    const body = jsonBody(request.body)
    if (body?.type === 'url_verification' && isId(body.challenge)) return plainHandshake(body.challenge)
    // An attempt that is repeated has another time and so another MAC, but the same event.
    const id = body?.event_id
    return { ok: true, ...identityOf(isId(id) ? id : undefined, 'slack', mac) }
  }
}
