import { checkKeys, decrypt, seal, signingToken } from './encrypted-callback.ts'
import { identityOf } from './macs.ts'
import { checkTime, jsonBody, oneQuery } from './request-parts.ts'
import { type Check, type ConfigOf, plainHandshake, SignatureRefusal, type WrappedReply } from './verdict.ts'

/** Encrypted callbacks of WeCom and WeChat, as XML or JSON, and the check of the URL with `echostr`.
 *  https://developer.work.weixin.qq.com/document/path/90930 */
export function wecomCheck({ secrets, toleranceSeconds, ...config }: ConfigOf<'wecom'>): Check {
  const keys = checkKeys(config)
  return (request, nowMs) => {
    const given = oneQuery(request, 'msg_signature')
    const timestamp = oneQuery(request, 'timestamp')
    const nonce = oneQuery(request, 'nonce')
    checkTime(timestamp, nowMs, toleranceSeconds)
    const isHandshake = request.method === 'GET'
    const cipherText = isHandshake ? oneQuery(request, 'echostr') : cipherTextOf(request.body)
    const { token, signature } = signingToken(secrets, { timestamp, nonce, cipherText }, given)
    const body = decrypt(cipherText, keys)
    if (isHandshake) return plainHandshake(body.toString('utf8'))
    const [, id] = /<MsgId>(?:<!\[CDATA\[)?(\w{1,100})/.exec(body.toString('utf8')) ?? []
    return {
      ok: true,
      ...identityOf(id, 'wecom', signature),
      body,
      wrapReply(text) {
        const sealed = () => seal(text, keys, token, String(Math.floor(nowMs / 1_000)))
        if (text.startsWith('<xml')) return xmlReply(sealed())
        if (text.startsWith('{')) return jsonReply(sealed())
        // WeCom takes a message or nothing; "ok" would be shown to its users as an error.
        return { headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: '' }
      },
    }
  }
}

/** The one `<Encrypt>` of the envelope, or the member `encrypt` of a JSON one. No XML is parsed, so nothing of it can expand. */
function cipherTextOf(body: Buffer): string {
  const { encrypt } = jsonBody(body) ?? {}
  if (typeof encrypt === 'string') return encrypt
  const found = [
    ...body.toString('latin1').matchAll(/<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*<\/Encrypt>/g),
  ]
  const [first] = found
  if (found.length !== 1 || first?.[1] === undefined)
    throw new SignatureRefusal('body_invalid', 'The body has not one <Encrypt>.')
  return first[1]
}

type Sealed = ReturnType<typeof seal>

function xmlReply({ cipherText, signature, timestamp, nonce }: Sealed): WrappedReply {
  const body = `<xml><Encrypt><![CDATA[${cipherText}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
  return { headers: { 'Content-Type': 'application/xml; charset=utf-8' }, body }
}

function jsonReply({ cipherText, signature, timestamp, nonce }: Sealed): WrappedReply {
  const body = JSON.stringify({ encrypt: cipherText, msgsignature: signature, timestamp: Number(timestamp), nonce })
  return { headers: { 'Content-Type': 'application/json' }, body }
}
