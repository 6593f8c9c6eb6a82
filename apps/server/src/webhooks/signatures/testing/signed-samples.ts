// Long because it is one table.
import type { SignatureConfig } from '@ensue/engine'
import type { SignedRequest } from '../verdict.ts'

/** A signed request with all that a test needs to break it in one place. */
export interface SignedSample {
  /** Says where the vector is published, or how it was made. */
  title: string
  config: SignatureConfig
  sent: Sent
  nowSeconds: number
  /** The signature as it is spelled, and the header or query parameter it stands in. */
  mac: string
  macIn: string
  /** What the verdict has at least. */
  verdict: object
  bodyIsSigned: boolean
}

export interface Sent {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

export function toRequest({ method, url, headers, body }: Sent): SignedRequest {
  return {
    method,
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    query: new URL(url, 'http://localhost').searchParams,
    body: Buffer.from(body),
  }
}

const toleranceSeconds = 300
const defaults = { nowSeconds: 1_700_000_000, bodyIsSigned: true, verdict: { ok: true } }
const signedId = (deliveryId: string) => ({ verdict: { ok: true, deliveryId } })
const post = (headers: Record<string, string>, body: string, url = '/api/webhooks/k'): Sent => ({
  method: 'POST',
  url,
  headers,
  body,
})

const slackForm =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'

const wecomCipher =
  'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=='

/** The public key of test 2 in RFC 8032, section 7.1. */
const ED25519 = 'whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='
const standardId = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const standardBody = '{"test": 2432232314}'
const standard = (family: string, version: string, mac: string): Sent =>
  post(
    {
      [`${family}-id`]: standardId,
      [`${family}-timestamp`]: '1614265330',
      [`${family}-signature`]: `${version},${mac}`,
    },
    standardBody,
  )
const standardMac = 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const ed25519Mac = '7anDmyOh9LNskt5GJUTacHmbvyUkT0/S1jnxFAp+h2hcVXnQLWhtWA2+wP6vO0AUwEYP23IIZVuneGRhNj7hDQ=='
const standardFacts = { ...defaults, nowSeconds: 1_614_265_330, ...signedId(standardId) }

const twilioForm = 'Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE'

/** What vendors publish has secrets of any length, so these are for `verifierOf`. */
export const signedSamples: readonly SignedSample[] = [
  {
    ...defaults,
    title: 'GitHub, the example of its documentation',
    config: { preset: 'github', secrets: ["It's a Secret to Everybody"], toleranceSeconds },
    sent: post(
      {
        'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
        'x-hub-signature': 'sha1=0000000000000000000000000000000000000000',
        'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      },
      'Hello, World!',
    ),
    macIn: 'x-hub-signature-256',
    mac: '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    verdict: { ok: true, deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
  },
  {
    ...defaults,
    title: 'GitLab with a signing token (none is published: made with openssl)',
    config: { preset: 'gitlab', secrets: ['whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='], toleranceSeconds },
    sent: post(
      {
        'webhook-id': 'f5b3a3',
        'webhook-timestamp': '1700000000',
        'webhook-signature': 'v1,64LGmKmM5avZsVGmpx+HfpUyanhPDCr7ZFUjnllNAco=',
      },
      '{"object_kind":"push"}',
    ),
    macIn: 'webhook-signature',
    mac: '64LGmKmM5avZsVGmpx+HfpUyanhPDCr7ZFUjnllNAco=',
    ...signedId('f5b3a3'),
  },
  {
    ...defaults,
    title: 'Stripe (none is published: made with openssl)',
    config: { preset: 'stripe', secrets: ['whsec_test_secret_of_an_endpoint'], toleranceSeconds },
    sent: post(
      {
        'stripe-signature':
          't=1687845304,v1=3226e6fc41e2b03da44def70fcfd3f94018d9ca2de5b619aefa30e67df4303c7,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
      },
      '{"id":"evt_1NNUrjL6kclEVx6Mb1x5dKJ3","object":"event","type":"product.created"}',
    ),
    nowSeconds: 1_687_845_304,
    macIn: 'stripe-signature',
    mac: '3226e6fc41e2b03da44def70fcfd3f94018d9ca2de5b619aefa30e67df4303c7',
    ...signedId('evt_1NNUrjL6kclEVx6Mb1x5dKJ3'),
  },
  {
    ...defaults,
    title: 'Slack, the example of its documentation',
    config: { preset: 'slack', secrets: ['8f742231b10e8888abcd99yyyzzz85a5'], toleranceSeconds },
    sent: post(
      {
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
        'x-slack-request-timestamp': '1531420618',
      },
      slackForm,
    ),
    nowSeconds: 1_531_420_618,
    macIn: 'x-slack-signature',
    mac: 'a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  },
  {
    ...defaults,
    title: 'Shopify (none is published with its secret: made with openssl)',
    config: { preset: 'shopify', secrets: ['shpss_0123456789abcdef'], toleranceSeconds },
    sent: post(
      {
        'x-shopify-hmac-sha256': 'mRP/twuMbHpS50Zfd2muSxfKlnWJXrF6QtjzuP+hZv4=',
        'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      },
      '{"id":820982911946154505,"financial_status":"paid"}',
    ),
    macIn: 'x-shopify-hmac-sha256',
    mac: 'mRP/twuMbHpS50Zfd2muSxfKlnWJXrF6QtjzuP+hZv4=',
    verdict: { ok: true, deliveryId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043' },
  },
  {
    ...defaults,
    title: 'Twilio, a form, the example of its documentation',
    config: { preset: 'twilio', secrets: ['12345'], publicUrl: 'https://mycompany.com', toleranceSeconds },
    sent: post(
      {
        'x-twilio-signature': 'GvWf1cFY/Q7PnoempGyD5oXAezc=',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      },
      twilioForm,
      '/myapp.php?foo=1&bar=2',
    ),
    macIn: 'x-twilio-signature',
    mac: 'GvWf1cFY/Q7PnoempGyD5oXAezc=',
  },
  {
    ...defaults,
    title: 'Twilio, JSON, from the tests of its Python library',
    config: { preset: 'twilio', secrets: ['12345'], toleranceSeconds },
    sent: post(
      {
        'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=',
        host: 'mycompany.com',
        'content-type': 'application/json',
      },
      '{"property": "value", "boolean": true}',
      '/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
    ),
    macIn: 'x-twilio-signature',
    mac: 'a9nBmqA0ju/hNViExpshrM61xv4=',
  },
  {
    ...standardFacts,
    title: 'Standard Webhooks, from the tests of its libraries',
    config: { preset: 'standard-webhooks', secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], toleranceSeconds },
    sent: standard('webhook', 'v1', standardMac),
    macIn: 'webhook-signature',
    mac: standardMac,
  },
  {
    ...standardFacts,
    title: 'Svix, from the tests of its libraries',
    config: { preset: 'standard-webhooks', secrets: ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], toleranceSeconds },
    sent: standard('svix', 'v1', standardMac),
    macIn: 'svix-signature',
    mac: standardMac,
  },
  {
    ...standardFacts,
    title: 'Standard Webhooks with ed25519 (none is published: made with openssl and the key of RFC 8032)',
    config: { preset: 'standard-webhooks', secrets: [ED25519], toleranceSeconds },
    sent: standard('webhook', 'v1a', ed25519Mac),
    macIn: 'webhook-signature',
    mac: ed25519Mac,
  },
  {
    ...defaults,
    title: 'WeCom, the example of its documentation',
    config: {
      preset: 'wecom',
      secrets: ['QDG6eK'],
      encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
      receiverId: 'wx5823bf96d3bd56c7',
      toleranceSeconds,
    },
    sent: post(
      {},
      `<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><Encrypt><![CDATA[${wecomCipher}]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>`,
      '/api/webhooks/k?msg_signature=477715d11cdb4164915debcba66cb864d751f3e6&timestamp=1409659813&nonce=1372623149',
    ),
    nowSeconds: 1_409_659_813,
    macIn: 'msg_signature',
    mac: '477715d11cdb4164915debcba66cb864d751f3e6',
    ...signedId('4561255354251345929'),
    // Only what is encrypted.
    bodyIsSigned: false,
  },
  {
    ...defaults,
    title: 'DingTalk callback, from the tests of its Rust library',
    config: {
      preset: 'dingtalk',
      secrets: ['123456'],
      encodingAesKey: '4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij',
      receiverId: 'suite4xxxxxxxxxxxxxxx',
      toleranceSeconds,
    },
    sent: post(
      {},
      '{"encrypt":"1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ=="}',
      '/api/webhooks/k?msg_signature=5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0&timestamp=1445827045067&nonce=nEXhMP4r',
    ),
    nowSeconds: 1_445_827_045,
    verdict: { handshake: { status: 200 } },
    macIn: 'msg_signature',
    mac: '5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0',
    bodyIsSigned: false,
  },
  {
    ...defaults,
    title: 'DingTalk robot (none is published: made with openssl)',
    config: { preset: 'dingtalk', secrets: ['SEC0123456789abcdef'], toleranceSeconds },
    sent: post(
      { timestamp: '1700000000004', sign: 'XfO/jmfw9YvSrKqFVH1OXENIx845//JnzTVqD6Z8RO4=' },
      '{"text":{"content":"hi"}}',
    ),
    macIn: 'sign',
    mac: 'XfO/jmfw9YvSrKqFVH1OXENIx845//JnzTVqD6Z8RO4=',
    bodyIsSigned: false,
  },
  {
    ...defaults,
    title: 'Meta (none is published: made with openssl)',
    config: { preset: 'meta', secrets: ['0123456789abcdef0123456789abcdef'], toleranceSeconds },
    sent: post(
      { 'x-hub-signature-256': 'sha256=0cf43c1d6063dd2c5d8bf76eb87d52f241fe0e7a78b5a46049d6c6c1d2e32a57' },
      '{"object":"page","entry":[{"id":"1"}]}',
    ),
    macIn: 'x-hub-signature-256',
    mac: '0cf43c1d6063dd2c5d8bf76eb87d52f241fe0e7a78b5a46049d6c6c1d2e32a57',
  },
  ...(
    [
      ['sha1', 'RFC 2202', 'b617318655057264e28bc0b6fb378c8ef146be00'],
      ['sha256', 'RFC 4231', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
      [
        'sha512',
        'RFC 4231',
        '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
      ],
    ] as const
  ).map(
    ([algorithm, source, mac]): SignedSample => ({
      ...defaults,
      title: `HMAC with ${algorithm}, test case 1 of ${source}`,
      config: {
        preset: 'hmac',
        secrets: ['\x0b'.repeat(20)],
        header: 'x-signature',
        algorithm,
        encoding: 'hex',
        prefix: `${algorithm}=`,
        signed: '{body}',
        idHeader: 'x-id',
        toleranceSeconds,
      },
      sent: post({ 'x-signature': `${algorithm}=${mac}`, 'x-id': 'delivery-1' }, 'Hi There'),
      macIn: 'x-signature',
      mac,
      verdict: { ok: true, deliveryId: 'delivery-1' },
    }),
  ),
  {
    ...defaults,
    title: 'HMAC over method, URL, id, time and body in base64 (made with openssl)',
    config: {
      preset: 'hmac',
      secrets: ['a secret of some length'],
      header: 'x-signature',
      algorithm: 'sha512',
      encoding: 'base64',
      signed: '{method} {url} {id} {timestamp} {body}',
      timestampHeader: 'x-time',
      idHeader: 'x-id',
      toleranceSeconds,
    },
    sent: post(
      {
        'x-signature': 'qTEE+ABo0mzQpnhVkaDbdSHme8U/XDi3EgHatNwYL38v30tLTJayqu+fXslqyu6hMBj1b8SDB6aBgetYZZllFg==',
        'x-time': '1700000000',
        'x-id': 'delivery-4',
      },
      '{"a": 1}',
      '/api/webhooks/k?a=1',
    ),
    macIn: 'x-signature',
    mac: 'qTEE+ABo0mzQpnhVkaDbdSHme8U/XDi3EgHatNwYL38v30tLTJayqu+fXslqyu6hMBj1b8SDB6aBgetYZZllFg==',
    ...signedId('delivery-4'),
  },
]
