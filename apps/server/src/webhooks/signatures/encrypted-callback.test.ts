import { createCipheriv } from 'node:crypto'
import type { SignatureConfig } from '@ensue/engine'
import { describe, expect, test } from 'vitest'
import { verifierOf } from './create-verifier.ts'
import { callbackSignature, decrypt, encrypt } from './encrypted-callback.ts'
import { signedSamples, toRequest } from './testing/signed-samples.ts'

const keys = { encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', receiverId: 'wx5823bf96d3bd56c7' }
const wecom: SignatureConfig = { preset: 'wecom', secrets: ['QDG6eK'], toleranceSeconds: 300, ...keys }
const sampleOf = (name: string) => signedSamples.find(({ title }) => title.startsWith(name))!

/** A request with the given cipher text, signed as it should be. */
function callback(config: typeof wecom, cipherText: string, timestamp: string, envelope: (text: string) => string) {
  const parts = { timestamp, nonce: '1372623149', cipherText }
  const query = new URLSearchParams({
    msg_signature: callbackSignature(config.secrets[0]!, parts).toString('hex'),
    timestamp,
    nonce: parts.nonce,
  })
  return toRequest({ method: 'POST', url: `/?${query}`, headers: {}, body: envelope(cipherText) })
}

const xml = (text: string) => `<xml><Encrypt><![CDATA[${text}]]></Encrypt></xml>`
const json = (encrypt: string) => JSON.stringify({ encrypt })
const NOW_MS = 1_409_659_813_000

describe('WeCom', () => {
  const verifier = verifierOf(wecom)
  const receive = (text: string, envelope = xml, timestamp = '1409659813') =>
    verifier.verify(callback(wecom, encrypt(text, keys), timestamp, envelope), NOW_MS)

  test('decrypts the example of its documentation', () => {
    const { sent, nowSeconds } = sampleOf('WeCom')
    const verdict = verifier.verify(toRequest(sent), nowSeconds * 1_000)
    expect('body' in verdict && verdict.body?.toString()).toContain('<Content><![CDATA[hello]]></Content>')
  })

  test('answers the check of the URL with the decrypted text, the example of its documentation', () => {
    const query = new URLSearchParams({
      msg_signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
      timestamp: '1409659589',
      nonce: '263014780',
      echostr: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    })
    const get = (changed: Record<string, string>) =>
      toRequest({
        method: 'GET',
        url: `/?${new URLSearchParams({ ...Object.fromEntries(query), ...changed })}`,
        headers: {},
        body: '',
      })
    expect(verifier.handshakeMethods).toEqual(['GET'])
    expect(verifier.verify(get({}), 1_409_659_589_000)).toMatchObject({ handshake: { body: '1616140317555161061' } })
    expect(verifier.verify(get({}), NOW_MS + 1e6)).toMatchObject({ ok: false, reason: 'timestamp_stale' })
    for (const [name, value] of Object.entries({ nonce: '263014781', timestamp: '1409659590', echostr: 'AAAA' }))
      expect(verifier.verify(get({ [name]: value }), 1_409_659_589_000)).toMatchObject({ reason: 'signature_mismatch' })
  })

  test('takes JSON too', () => {
    expect(receive('{"msgid":"1"}', json)).toMatchObject({ ok: true, body: Buffer.from('{"msgid":"1"}') })
  })

  test.each([
    ['two of them', (text: string) => xml(text) + xml(text)],
    ['none', () => '<xml></xml>'],
    ['an entity', (text: string) => `<!DOCTYPE a [<!ENTITY e "${text}">]><xml><Encrypt>&e;</Encrypt></xml>`],
    ['an attribute', (text: string) => `<xml><Encrypt a="b">${text}</Encrypt></xml>`],
    ['a list', (text: string) => JSON.stringify({ encrypt: [text] })],
  ])('refuses an envelope with %s', (_what, envelope) => {
    expect(receive('hello', envelope)).toMatchObject({ ok: false, reason: 'body_invalid' })
  })

  test('refuses a message for somebody else', () => {
    const cipherText = encrypt('hello', { ...keys, receiverId: 'wx0000000000000000' })
    expect(verifier.verify(callback(wecom, cipherText, '1409659813', xml), NOW_MS)).toMatchObject({
      ok: false,
      reason: 'receiver_mismatch',
    })
  })

  test.each([
    ['a wrong length of the message', plain({ length: 1_000 })],
    ['a length beyond 2 GiB', plain({ length: 0xffff_ffff })],
    ['no room for the head', plain({ take: 16 })],
    ['padding of 33', plain({ padding: 33 })],
    ['padding of 0', plain({ padding: 0 })],
    ['mixed padding', plain({ mixed: true })],
    ['half a block', Buffer.alloc(24).toString('base64')],
    ['nothing', ''],
  ])('refuses a signed message with %s', (_what, cipherText) => {
    expect(verifier.verify(callback(wecom, cipherText, '1409659813', json), NOW_MS)).toMatchObject({
      ok: false,
      reason: 'body_invalid',
    })
  })

  test('encrypts a message in reply, and acknowledges with nothing', () => {
    const verdict = receive('<xml><MsgId>1</MsgId></xml>')
    const wrap = 'wrapReply' in verdict ? verdict.wrapReply : undefined
    const { body = '' } = wrap?.('<xml><Content>hi</Content></xml>') ?? {}
    const member = (name: string) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(body)?.[1] ?? ''
    const cipherText = member('Encrypt')
    expect(decrypt(cipherText, keys).toString()).toBe('<xml><Content>hi</Content></xml>')
    const parts = { timestamp: member('TimeStamp'), nonce: member('Nonce'), cipherText }
    expect(member('MsgSignature')).toBe(callbackSignature('QDG6eK', parts).toString('hex'))
    expect(wrap?.('{"a":1}').headers).toEqual({ 'Content-Type': 'application/json' })
    expect(wrap?.('ok').body).toBe('')
  })
})

describe('DingTalk', () => {
  const dingtalk: SignatureConfig = {
    preset: 'dingtalk',
    secrets: ['mryue'],
    toleranceSeconds: 300,
    encodingAesKey: 'Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7',
    receiverId: 'ding6ccabc44d2c8d38b',
  }
  const ours = { encodingAesKey: dingtalk.encodingAesKey!, receiverId: dingtalk.receiverId! }
  const verifier = verifierOf(dingtalk)
  const success = (body: string) => {
    const { msg_signature, timeStamp, nonce, encrypt: cipherText } = JSON.parse(body)
    expect(callbackSignature('mryue', { timestamp: timeStamp, nonce, cipherText }).toString('hex')).toBe(msg_signature)
    return decrypt(cipherText, ours).toString()
  }

  test('answers the check of the URL, from the tests of its Python library', () => {
    const sent = {
      method: 'POST',
      url: '/?signature=x&msg_signature=03044561471240d4a14bb09372dfcfd4fd0e40cb&timestamp=1608001896814&nonce=WL4PK6yA',
      headers: {},
      body: json(
        '0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3',
      ),
    }
    const verdict = verifier.verify(toRequest(sent), 1_608_001_896_814)
    expect('handshake' in verdict && success(verdict.handshake.body)).toBe('success')
  })

  test('hands over an event and answers it with an encrypted "success"', () => {
    const event = '{"EventType":"bpms_instance_change"}'
    const request = callback({ ...wecom, secrets: ['mryue'] }, encrypt(event, ours), '1409659813000', json)
    const verdict = verifier.verify(request, NOW_MS)
    expect(verdict).toMatchObject({ ok: true, body: Buffer.from(event), mac: expect.any(String) })
    expect('wrapReply' in verdict && success(verdict.wrapReply?.('whatever').body ?? '')).toBe('success')
  })

  test('takes its time in milliseconds', () => {
    const request = (timestamp: string) =>
      verifier.verify(callback({ ...wecom, secrets: ['mryue'] }, encrypt('{}', ours), timestamp, json), NOW_MS)
    expect(request('1409659513000')).toMatchObject({ ok: true })
    expect(request('1409659512999')).toMatchObject({ reason: 'timestamp_stale' })
    expect(request('1409659813')).toMatchObject({ reason: 'timestamp_stale' })
    expect(request('14096598130.0')).toMatchObject({ reason: 'timestamp_invalid' })
  })

  test('fails closed with a key that is none', () => {
    const { sent } = sampleOf('DingTalk callback')
    for (const encodingAesKey of ['', 'short', '-'.repeat(43)])
      expect(verifierOf({ ...dingtalk, encodingAesKey }).verify(toRequest(sent), NOW_MS)).toMatchObject({
        reason: 'secret_unusable',
      })
  })
})

/** An encrypted message with one thing wrong in it. */
function plain({ length = 5, take = 64, padding = 17, mixed = false }): string {
  const head = Buffer.concat([Buffer.alloc(16), Buffer.alloc(4), Buffer.from('hello'), Buffer.from(keys.receiverId)])
  head.writeUInt32BE(length, 16)
  const whole = Buffer.concat([head, Buffer.alloc(64 - head.length, padding)]).subarray(0, take)
  if (mixed) whole[whole.length - 2]! ^= 1
  const key = Buffer.from(`${keys.encodingAesKey}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(whole), cipher.final()]).toString('base64')
}
