import { createHmac } from 'node:crypto'
import type { SignatureConfig } from '@ensue/engine'
import { describe, expect, test } from 'vitest'
import { createVerifier } from './create-verifier.ts'
import { signWebhook } from './sign-webhook.ts'
import { type Sent, toRequest } from './testing/signed-samples.ts'

const NOW = 1_700_000_000
const secret = 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='
const key = Buffer.from('testtesttesttesttesttesttesttest')
const common = { secrets: [secret], toleranceSeconds: 300 }
const mac = (text: string, by: string | Buffer = secret) => createHmac('sha256', by).update(text)

const verify = (config: SignatureConfig, sent: Partial<Sent>, nowMs = NOW * 1_000) =>
  createVerifier(config).verify(toRequest({ method: 'POST', url: '/', headers: {}, body: '{}', ...sent }), nowMs)

/** Signs any text as time, with whatever is signed along. */
const timed: [string, SignatureConfig, (time: string) => Partial<Sent>][] = [
  [
    'Stripe',
    { preset: 'stripe', ...common },
    (time) => ({ headers: { 'stripe-signature': `t=${time},v1=${mac(`${time}.{}`).digest('hex')}` } }),
  ],
  [
    'Slack',
    { preset: 'slack', ...common },
    (time) => ({
      headers: {
        'x-slack-request-timestamp': time,
        'x-slack-signature': `v0=${mac(`v0:${time}:{}`).digest('hex')}`,
      },
    }),
  ],
  [
    'Standard Webhooks',
    { preset: 'standard-webhooks', ...common },
    (time) => ({
      headers: {
        'webhook-id': 'a',
        'webhook-timestamp': time,
        'webhook-signature': `v1,${mac(`a.${time}.{}`, key).digest('base64')}`,
      },
    }),
  ],
  [
    'GitLab',
    { preset: 'gitlab', ...common },
    (time) => ({
      headers: {
        'webhook-id': 'a',
        'webhook-timestamp': time,
        'webhook-signature': `v1,${mac(`a.${time}.{}`, key).digest('base64')}`,
      },
    }),
  ],
  [
    'HMAC',
    {
      preset: 'hmac',
      ...common,
      header: 'x-mac',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: '{timestamp}.{body}',
      timestampHeader: 'x-time',
    },
    (time) => ({ headers: { 'x-time': time, 'x-mac': mac(`${time}.{}`).digest('hex') } }),
  ],
]

describe.each(timed)('the signed time of %s', (_name, config, sign) => {
  test.each([0, -1, 1, -300, 300])('may be %i seconds off', (seconds) => {
    expect(verify(config, sign(String(NOW + seconds)))).toMatchObject({ ok: true })
  })

  test.each([
    [-301, 'timestamp_stale'],
    [-1e6, 'timestamp_stale'],
    [301, 'timestamp_future'],
    [1e9, 'timestamp_future'],
  ])('may not be %i seconds off', (seconds, reason) => {
    expect(verify(config, sign(String(NOW + seconds)))).toMatchObject({ ok: false, reason })
  })

  test.each([
    '12.5',
    '1e9',
    '+5',
    ' 5',
    '5 ',
    '-5',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    '１７',
    '1700000000000',
    'now',
  ])('is not %j', (time) => {
    expect(verify(config, sign(time))).toMatchObject({ ok: false, reason: 'timestamp_invalid' })
  })

  test('counts by the tolerance of the config', () => {
    expect(verify({ ...config, toleranceSeconds: 10 }, sign(String(NOW - 11)))).toMatchObject({ ok: false })
    expect(verify({ ...config, toleranceSeconds: 3_600 }, sign(String(NOW - 3_599)))).toMatchObject({ ok: true })
  })
})

describe('lists of signatures', () => {
  const other = mac('{}', 'another secret').digest()
  const hex = other.toString('hex')
  const base64 = other.toString('base64')
  const stripeMac = mac(`${NOW}.{}`).digest('hex')
  const standard = { id: 'a', timestampSeconds: NOW, body: '{}' }
  const signed = signWebhook({ ...standard, secret })

  test.each([
    [`t=${NOW},v1=${hex},v1=${stripeMac}`, true],
    [`t=${NOW},v1=${stripeMac},v1=${hex}`, true],
    [`v1=${stripeMac},t=${NOW}`, true],
    [`t=${NOW},v2=whatever,v1=${stripeMac},v0=${hex}`, true],
    [`t=${NOW},v1=${hex},v1=${hex}`, false],
    [`t=${NOW},v0=${stripeMac}`, false],
    [`t=${NOW},t=${NOW},v1=${stripeMac}`, false],
    [`t=${NOW}`, false],
    [`v1=${stripeMac}`, false],
    [`t=${NOW},v1=zz,v1=${stripeMac}`, false],
    [`t=${NOW},${`v1=${hex},`.repeat(30)}v1=${stripeMac}`, false],
  ])('Stripe-Signature: %s', (header, ok) => {
    expect(verify({ preset: 'stripe', ...common }, { headers: { 'stripe-signature': header } })).toMatchObject({ ok })
  })

  test.each([
    [`v1,${base64} ${signed['webhook-signature']}`, true],
    [`${signed['webhook-signature']} v1,${base64}`, true],
    [`v2,? v1a,${base64} ${signed['webhook-signature']}`, true],
    [`v1,${base64}`, false],
    [`v2,${base64}`, false],
    [signed['webhook-signature']?.replace('v1,', 'v1a,') ?? '', false],
    [signed['webhook-signature']?.replace('v1,', 'v2,') ?? '', false],
    [`${`v1,${base64} `.repeat(30)}${signed['webhook-signature']}`, false],
  ])('webhook-signature: %s', (header, ok) => {
    const headers = { ...signed, 'webhook-signature': header }
    expect(verify({ preset: 'standard-webhooks', ...common }, { headers })).toMatchObject({ ok })
  })

  test('an id with a dot could be another id with another time', () => {
    const headers = {
      'webhook-id': `a.${NOW}`,
      'webhook-timestamp': String(NOW),
      'webhook-signature': `v1,${mac(`a.${NOW}.${NOW}.{}`, key).digest('base64')}`,
    }
    expect(verify({ preset: 'standard-webhooks', ...common }, { headers })).toMatchObject({ reason: 'id_invalid' })
  })

  test('a public key is no key for an HMAC', () => {
    const secrets = ['whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=']
    const bytes = Buffer.from(secrets[0]!.slice(5), 'base64')
    const headers = { ...signed, 'webhook-signature': `v1,${mac(`a.${NOW}.{}`, bytes).digest('base64')}` }
    expect(verify({ preset: 'standard-webhooks', secrets, toleranceSeconds: 300 }, { headers })).toMatchObject({
      ok: false,
      reason: 'signature_mismatch',
    })
  })
})
