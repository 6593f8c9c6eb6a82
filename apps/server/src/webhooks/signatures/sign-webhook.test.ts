import { createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { signWebhook } from './sign-webhook.ts'

/** From the tests of the libraries of Standard Webhooks and Svix. */
const PUBLISHED = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}

test('signs the published example', () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }
  expect(signWebhook(PUBLISHED)).toEqual(headers)
  expect(signWebhook({ ...PUBLISHED, secret: PUBLISHED.secret.slice(6) })).toEqual(headers)
  expect(signWebhook({ ...PUBLISHED, body: Buffer.from(PUBLISHED.body) })).toEqual(headers)
})

test('signs with an ed25519 key, given as its seed or as seed and public key', () => {
  // The key pair of test 2 in RFC 8032, section 7.1.
  const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
  const point = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex')
  const secret = (bytes: Buffer) => `whsk_${bytes.toString('base64')}`
  const headers = signWebhook({ ...PUBLISHED, secret: secret(seed) })
  expect(signWebhook({ ...PUBLISHED, secret: secret(Buffer.concat([seed, point])) })).toEqual(headers)
  const [version, signature = ''] = headers['webhook-signature']?.split(',') ?? []
  expect(version).toBe('v1a')
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') },
    format: 'jwk',
  })
  const signed = Buffer.from(`${PUBLISHED.id}.1614265330.${PUBLISHED.body}`)
  expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64'))).toBe(true)
})

test.each([
  ['a short key', { secret: `whsec_${Buffer.alloc(23).toString('base64')}` }],
  ['a long key', { secret: `whsec_${Buffer.alloc(65).toString('base64')}` }],
  ['a key that is no base64', { secret: 'whsec_no base64 at all, not even nearly' }],
  ['no key', { secret: 'whsec_' }],
  ['a private key of the wrong length', { secret: `whsk_${Buffer.alloc(31).toString('base64')}` }],
  ['an id with a dot', { id: 'msg.1' }],
  ['an empty id', { id: '' }],
  ['an id with a line break', { id: 'a\r\nx: y' }],
  ['a fraction of a second', { timestampSeconds: 1.5 }],
])('refuses %s', (_what, change) => {
  expect(() => signWebhook({ ...PUBLISHED, ...change })).toThrow(expect.objectContaining({ code: 'invalid_input' }))
})
