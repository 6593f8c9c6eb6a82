import { createHmac } from 'node:crypto'
import type { SignatureConfig } from '@ensue/engine'
import { describe, expect, test } from 'vitest'
import { createVerifier, verifierOf } from './create-verifier.ts'
import { type Sent, toRequest } from './testing/signed-samples.ts'

const NOW_MS = 1_700_000_000_000
const secret = '0123456789abcdef0123456789abcdef'
const common = { secrets: [secret], toleranceSeconds: 300 }
const hex = (text: string) => createHmac('sha256', secret).update(text).digest('hex')

const verify = (config: SignatureConfig, sent: Partial<Sent>, nowMs = NOW_MS) =>
  createVerifier(config).verify(toRequest({ method: 'POST', url: '/', headers: {}, body: '', ...sent }), nowMs)

describe('Slack', () => {
  const send = (body: string, signed = body) => ({
    body,
    headers: {
      'x-slack-request-timestamp': '1700000000',
      'x-slack-signature': `v0=${hex(`v0:1700000000:${signed}`)}`,
    },
  })
  const challenge =
    '{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}'

  test('gets its challenge back once the signature fits', () => {
    expect(verify({ preset: 'slack', ...common }, send(challenge))).toEqual({
      handshake: {
        status: 200,
        headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
        body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
      },
    })
    expect(verify({ preset: 'slack', ...common }, send(challenge, '{}'))).toMatchObject({ ok: false })
  })

  test('has the id of an event, the same in every attempt', () => {
    const body = '{"type":"event_callback","event_id":"Ev0PV52K25"}'
    expect(verify({ preset: 'slack', ...common }, send(body))).toEqual({ ok: true, deliveryId: 'Ev0PV52K25' })
  })
})

describe('Meta', () => {
  const config: SignatureConfig = { preset: 'meta', ...common, verifyToken: 'a verify token of mine' }
  const get = (query: string) => ({ method: 'GET', url: `/?${query}` })

  test('gets its challenge back for the verify token', () => {
    const url = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a+verify+token+of+mine'
    expect(verify(config, get(url))).toMatchObject({ handshake: { status: 200, body: '1158201444' } })
    expect(createVerifier(config).handshakeMethods).toEqual(['GET'])
  })

  test.each([
    ['hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong', 'token_mismatch'],
    ['hub.mode=subscribe&hub.challenge=1', 'signature_missing'],
    ['hub.mode=subscribe&hub.verify_token=a+verify+token+of+mine', 'signature_missing'],
    ['hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=a+verify+token+of+mine', 'signature_malformed'],
    ['hub.challenge=1&hub.verify_token=a+verify+token+of+mine', 'signature_missing'],
  ])('refuses %s', (query, reason) => {
    expect(verify(config, get(query))).toMatchObject({ ok: false, reason })
  })

  test('answers no challenge without a verify token', () => {
    const url = 'hub.mode=subscribe&hub.challenge=1&hub.verify_token='
    expect(verify({ preset: 'meta', ...common }, get(url))).toMatchObject({ ok: false })
    expect(verify({ preset: 'meta', ...common }, get(`${url}undefined`))).toMatchObject({ reason: 'token_mismatch' })
  })
})

describe('GitLab', () => {
  const signing = 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='
  const token = { headers: { 'x-gitlab-token': secret }, body: '{"object_kind":"push"}' }

  test('takes a secret token', () => {
    const verdict = verify({ preset: 'gitlab', ...common }, token)
    expect(verdict).toMatchObject({ ok: true, mac: expect.any(String) })
    expect(verify({ preset: 'gitlab', ...common }, { ...token, body: '{}' })).not.toEqual(verdict)
  })

  test('knows a repetition by the idempotency key', () => {
    const headers = { ...token.headers, 'idempotency-key': 'f5b3a3' }
    const verdict = verify({ preset: 'gitlab', ...common }, { ...token, headers })
    expect(verdict).toEqual({ ok: true, deliveryId: 'f5b3a3' })
  })

  test.each([
    ['another token', { 'x-gitlab-token': `${secret}0` }, [secret]],
    ['no token', {}, [secret]],
    ['a signing token as token', { 'x-gitlab-token': signing }, [signing]],
    [
      'a token beside a wrong signature',
      { 'x-gitlab-token': secret, 'webhook-signature': 'v1,AAAA' },
      [secret, signing],
    ],
  ])('refuses %s', (_what, headers, secrets) => {
    expect(verify({ preset: 'gitlab', ...common, secrets }, { ...token, headers })).toMatchObject({ ok: false })
  })

  test('takes either while one replaces the other', () => {
    expect(verify({ preset: 'gitlab', ...common, secrets: [signing, secret] }, token)).toMatchObject({ ok: true })
  })
})

describe('Twilio', () => {
  const uri = '/myapp.php?foo=1&bar=2'
  const form = 'CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309'
  const send = (
    mac: string,
    body: string,
    url = uri,
    type = 'application/x-www-form-urlencoded',
    host = 'mycompany.com',
  ) => ({
    url,
    body,
    headers: { 'x-twilio-signature': mac, 'content-type': type, host },
  })
  const check = (sent: Partial<Sent>, publicUrl?: string) =>
    verifierOf({ preset: 'twilio', secrets: ['12345'], toleranceSeconds: 300, publicUrl }).verify(
      toRequest({ method: 'POST', url: '/', headers: {}, body: '', ...sent }),
      NOW_MS,
    )

  test.each([
    ['a form', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form), 'https://mycompany.com'],
    ['the whole URL in the config', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form, '/k'), `https://mycompany.com${uri}`],
    [
      'the path in the config',
      send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form, '/k?foo=1&bar=2'),
      'https://mycompany.com/myapp.php',
    ],
    ['a port that is not signed', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form), 'https://mycompany.com:1234'],
    ['a port that is signed, http', send('Zmvh+3yNM1Phv2jhDCwEM3q5ebU=', form), 'http://mycompany.com:1234'],
    ['port 443 signed, not in the URL', send('kvajT1Ptam85bY51eRf/AJRuM3w=', form), 'https://mycompany.com'],
    ['port 80 signed, not in the URL', send('0ZXoZLH/DfblKGATFgpif+LLRf4=', form), 'http://mycompany.com/'],
    ['no public URL: the host of the request', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form), undefined],
    [
      'parameters in any order, more than once',
      send('IK+Dwps556ElfBT0I3Rgjkr1wJU=', 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234'),
      'https://mycompany.com',
    ],
  ])('takes %s, from the tests of its Python library', (_what, sent, publicUrl) => {
    expect(check(sent, publicUrl)).toMatchObject({ ok: true })
  })

  const json = `${uri}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`
  test.each([
    ['another parameter', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', `${form}&Extra=x`), 'signature_mismatch'],
    ['one parameter less', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form.slice(0, -21)), 'signature_mismatch'],
    ['another path', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', form, '/other'), 'signature_mismatch'],
    ['a body that nothing signs', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', '{}', uri, 'text/plain'), 'body_unsigned'],
    ['JSON without its hash', send('a9nBmqA0ju/hNViExpshrM61xv4=', '{}', uri, 'application/json'), 'body_unsigned'],
    [
      'JSON with another hash',
      send('a9nBmqA0ju/hNViExpshrM61xv4=', '{}', json, 'application/json'),
      'signature_mismatch',
    ],
    [
      'two hashes',
      send('a9nBmqA0ju/hNViExpshrM61xv4=', '{}', `${json}&bodySHA256=0`, 'application/json'),
      'signature_duplicate',
    ],
    ['a form of many parameters', send('RSOYDt4T1cUTdK1PDd93/VVr8B8=', 'a=b&'.repeat(2_000)), 'body_invalid'],
  ])('refuses %s', (_what, sent, reason) => {
    expect(check(sent, 'https://mycompany.com')).toMatchObject({ ok: false, reason })
  })
})

describe('HMAC', () => {
  const config: SignatureConfig = {
    preset: 'hmac',
    ...common,
    header: 'x-mac',
    algorithm: 'sha256',
    encoding: 'hex',
    signed: '{method} {url} {id} {body}',
    idHeader: 'x-id',
    echo: 'challenge',
  }

  test('signs the URL as the sender knows it', () => {
    const headers = { 'x-mac': hex('POST https://a.example/hook?x=1 1 {}'), 'x-id': '1' }
    const sent = { headers, body: '{}', url: '/api/webhooks/k?x=1' }
    expect(verify({ ...config, publicUrl: 'https://a.example/hook' }, sent)).toEqual({
      ok: true,
      deliveryId: '1',
    })
    expect(verify(config, sent)).toMatchObject({ ok: false })
  })

  test('refuses a signed id whose punctuation could belong to its neighbour', () => {
    const headers = { 'x-mac': hex('POST / 1 {} {}'), 'x-id': '1 {}' }
    expect(verify(config, { headers, body: '{}' })).toMatchObject({ ok: false, reason: 'id_invalid' })
  })

  test('echoes a challenge that comes without a signature', () => {
    expect(verify(config, { method: 'GET', url: '/?challenge=abc%20def' })).toMatchObject({
      handshake: { body: 'abc def', headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
    })
    expect(createVerifier(config).handshakeMethods).toEqual(['GET', 'POST'])
  })

  test.each([
    [config, '/?challenge=a&challenge=b', {}],
    [config, `/?challenge=${'a'.repeat(2_000)}`, {}],
    [config, '/?challenge=%0d%0a', {}],
    [config, '/?challenge=', {}],
    [config, '/?challenge=a', { 'x-mac': 'wrong' }],
    [{ ...config, echo: undefined }, '/?challenge=a', {}],
  ])('echoes nothing else: %#', (one, url, headers) => {
    expect(verify(one, { url, headers })).toMatchObject({ ok: false })
  })
})
