import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { verifyWebhook } from './verify-webhook.ts'

/** From the tests of the libraries of Standard Webhooks; the server's `signWebhook` is tested with the same. */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"test": 2432232314}'
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const headers = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': signature,
}
const now = 1_614_265_330_000
const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

test.each([
  ['a text and a plain object', body, headers],
  ['bytes and Headers', new TextEncoder().encode(body), new Headers(headers)],
  [
    'a Buffer and names in upper case',
    Buffer.from(body),
    { ...headers, 'WEBHOOK-ID': headers['webhook-id'], 'webhook-id': undefined },
  ],
  ['lists of one value', body, { ...headers, 'webhook-signature': [signature] }],
])('verifies the published example, %s', async (_what, rawBody, given) => {
  expect(await verifyWebhook(rawBody, given, secret, { now })).toEqual({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: new Date(now),
    payload: { test: 2432232314 },
  })
})

test('takes the secret without its prefix, and the one that fits of several', async () => {
  for (const secrets of [secret.slice(6), [other, secret], [secret, 'no secret'], `v1,${secret}`])
    expect(await verifyWebhook(body, headers, secrets, { now })).toMatchObject({ id: headers['webhook-id'] })
})

test.each([
  ['a list with the old signature', `v1,${Buffer.alloc(32).toString('base64')} ${signature}`],
  ['a list with versions to come', `${signature} v2,whatever`],
])('takes %s', async (_what, list) => {
  expect(await verifyWebhook(body, { ...headers, 'webhook-signature': list }, secret, { now })).toBeDefined()
})

test('verifies ed25519 with the public key', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const mac = sign(null, Buffer.from(`${headers['webhook-id']}.1614265330.${body}`), privateKey)
  const given = { ...headers, 'webhook-signature': `v1a,${mac.toString('base64')}` }
  expect(await verifyWebhook(body, given, `whpk_${key.toString('base64')}`, { now })).toBeDefined()
  const public_ = `whpk_${key.toString('base64')}`
  await expect(verifyWebhook(`${body} `, given, public_, { now })).rejects.toMatchObject({ code: 'signature_mismatch' })
  const forged = createHmac('sha256', key).update(`${headers['webhook-id']}.1614265330.${body}`).digest('base64')
  await expect(
    verifyWebhook(body, { ...headers, 'webhook-signature': `v1,${forged}` }, public_, { now }),
  ).rejects.toMatchObject({ code: 'signature_mismatch' })
})

test('hands over a body that is no JSON as text', async () => {
  const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update('a.1614265330.hello')
    .digest('base64')
  const given = { ...headers, 'webhook-id': 'a', 'webhook-signature': `v1,${mac}` }
  expect(await verifyWebhook<string>('hello', given, secret, { now })).toMatchObject({ payload: 'hello' })
})

describe('refuses', () => {
  test.each<[string, string, Parameters<typeof verifyWebhook>[1], string | string[], string]>([
    ['another body', `${body}\n`, headers, secret, 'signature_mismatch'],
    ['JSON that was written again', JSON.stringify(JSON.parse(body)), headers, secret, 'signature_mismatch'],
    ['another secret', body, headers, other, 'signature_mismatch'],
    ['another id', body, { ...headers, 'webhook-id': 'msg_1' }, secret, 'signature_mismatch'],
    ['another time', body, { ...headers, 'webhook-timestamp': '1614265331' }, secret, 'signature_mismatch'],
    ['no headers', body, {}, secret, 'signature_missing'],
    ['no id', body, { ...headers, 'webhook-id': '' }, secret, 'signature_missing'],
    ['an id with a dot', body, { ...headers, 'webhook-id': 'a.b' }, secret, 'id_invalid'],
    [
      'two signatures',
      body,
      { ...headers, 'webhook-signature': [signature, signature] },
      secret,
      'signature_duplicate',
    ],
    ['a name in two cases', body, { ...headers, 'Webhook-Signature': signature }, secret, 'signature_duplicate'],
    [
      'joined headers',
      body,
      { ...headers, 'webhook-signature': `${signature}, ${signature}` },
      secret,
      'signature_malformed',
    ],
    [
      'base64 for URLs',
      body,
      { ...headers, 'webhook-signature': signature.replace('/', '_') },
      secret,
      'signature_malformed',
    ],
    ['no padding', body, { ...headers, 'webhook-signature': signature.slice(0, -1) }, secret, 'signature_malformed'],
    [
      'stray bits',
      body,
      { ...headers, 'webhook-signature': signature.replace('E=', 'F=') },
      secret,
      'signature_malformed',
    ],
    ['only versions to come', body, { ...headers, 'webhook-signature': 'v2,AAAA' }, secret, 'signature_malformed'],
    ['a short signature', body, { ...headers, 'webhook-signature': 'v1,AAAA' }, secret, 'signature_mismatch'],
    [
      'an endless list',
      body,
      { ...headers, 'webhook-signature': `${signature} `.repeat(30) },
      secret,
      'signature_malformed',
    ],
    ['no secret', body, headers, [], 'secret_unusable'],
    ['an empty secret', body, headers, '', 'secret_unusable'],
    ['a short secret', body, headers, 'whsec_AAAA', 'secret_unusable'],
  ])('%s', async (_what, rawBody, given, key, code) => {
    await expect(verifyWebhook(rawBody, given, key, { now })).rejects.toMatchObject({ name: 'EnsueError', code })
  })

  test.each(['12.5', '1e9', '+5', ' 5', '-5', '1614265330000', 'now'])('the time %j', async (time) => {
    await expect(verifyWebhook(body, { ...headers, 'webhook-timestamp': time }, secret, { now })).rejects.toMatchObject(
      {
        code: 'timestamp_invalid',
      },
    )
  })

  test.each([
    [300_999, {}, undefined],
    [301_000, {}, 'timestamp_stale'],
    [-300_000, {}, undefined],
    [-301_000, {}, 'timestamp_future'],
    [11_000, { toleranceSeconds: 10 }, 'timestamp_stale'],
    [0, { toleranceSeconds: Number.NaN }, 'timestamp_stale'],
  ])('what was signed %i ms ago, or not, with %j', async (ms, options, code) => {
    const verified = verifyWebhook(body, headers, secret, { ...options, now: new Date(now + ms) })
    if (code === undefined) expect(await verified).toBeDefined()
    else await expect(verified).rejects.toMatchObject({ code })
  })

  test('an old message by the clock', async () => {
    await expect(verifyWebhook(body, headers, secret)).rejects.toMatchObject({ code: 'timestamp_stale' })
  })
})
