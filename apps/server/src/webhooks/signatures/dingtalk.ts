import { macOf } from './encodings.ts'
import { checkKeys, decrypt, seal, signingToken } from './encrypted-callback.ts'
import { hmac, macHash, matching } from './macs.ts'
import { checkTime, jsonBody, oneHeader, oneQuery } from './request-parts.ts'
import { type Check, type ConfigOf, SignatureRefusal, type WrappedReply } from './verdict.ts'

/** With an EncodingAESKey the encrypted event callback, without one the sign of a robot. */
export function dingtalkCheck(config: ConfigOf<'dingtalk'>): Check {
  return config.encodingAesKey === undefined ? robotCheck(config) : callbackCheck(config)
}

/** https://open.dingtalk.com/document/orgapp/configure-event-subcription */
function callbackCheck({ secrets, toleranceSeconds, ...config }: ConfigOf<'dingtalk'>): Check {
  const keys = checkKeys(config)
  return (request, nowMs) => {
    const given = oneQuery(request, request.query.has('msg_signature') ? 'msg_signature' : 'signature')
    const timestamp = oneQuery(request, 'timestamp')
    const nonce = oneQuery(request, 'nonce')
    checkTime(timestamp, nowMs, toleranceSeconds, 'milliseconds')
    const cipherText = jsonBody(request.body)?.encrypt
    if (typeof cipherText !== 'string') throw new SignatureRefusal('body_invalid', 'The body has no member "encrypt".')
    const { token, signature } = signingToken(secrets, { timestamp, nonce, cipherText }, given)
    const body = decrypt(cipherText, keys)
    const reply = (text: string): WrappedReply => {
      const sealed = seal(text, keys, token, String(nowMs))
      return {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          msg_signature: sealed.signature,
          timeStamp: sealed.timestamp,
          nonce: sealed.nonce,
          encrypt: sealed.cipherText,
        }),
      }
    }
    const { EventType, Random } = jsonBody(body) ?? {}
    if (typeof EventType === 'string' && /^check_(create_suite_|update_suite_)?url$/.test(EventType))
      return { handshake: { status: 200, ...reply(typeof Random === 'string' ? Random : 'success') } }
    // DingTalk repeats an event until it reads this one word.
    return { ok: true, mac: macHash('dingtalk', signature), body, wrapReply: () => reply('success') }
  }
}

/** The body is not signed, so one sign is good for one message: it is known again by its hash.
 *  https://open.dingtalk.com/document/orgapp/receive-message */
function robotCheck({ secrets, toleranceSeconds }: ConfigOf<'dingtalk'>): Check {
  return (request, nowMs) => {
    const given = macOf(oneHeader(request, 'sign'), 'base64')
    const timestamp = oneHeader(request, 'timestamp')
    checkTime(timestamp, nowMs, toleranceSeconds, 'milliseconds')
    const mac = matching(
      secrets.map((secret) => hmac('sha256', secret, `${timestamp}\n${secret}`)),
      [given],
    )
    return { ok: true, mac: macHash('dingtalk', mac) }
  }
}
