import type { NodeDefinition } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'
import { callbackSignature, decrypt, encrypt } from './signatures/encrypted-callback.ts'

const TOKEN = 'a token of sixteen bytes'
const keys = { encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', receiverId: 'wx5823bf96d3bd56c7' }
const MESSAGE = '<xml><Content><![CDATA[It is on its way.]]></Content></xml>'
let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
  const webhook = (key: string, preset: string, sync: boolean, nodes: NodeDefinition[], config: JsonObject = {}) =>
    deployWorkflow(
      test.app,
      key,
      { type: 'webhook', config: { ...config, signature: { preset, secrets: [TOKEN], ...keys } } },
      { sync, nodes },
    )
  const say = (config: JsonObject) => [{ key: 'say', type: 'response', config }]
  await webhook('message', 'wecom', true, say({ status: 200, body: MESSAGE }))
  await webhook(
    'base64',
    'wecom',
    true,
    say({ status: 200, body: Buffer.from(MESSAGE).toString('base64'), base64: true }),
  )
  await webhook('quiet', 'wecom', true, [])
  await webhook('refusing', 'wecom', true, say({ status: 422, body: { no: 'not today' } }))
  await webhook('configured', 'wecom', false, [], {
    reply: { status: 200, headers: {}, body: { text: '{{$body.xml.Content}}' } },
  })
  await webhook('fixed', 'wecom', false, [])
  await webhook('event', 'dingtalk', true, say({ status: 200, body: { anything: true } }))
  await test.call('/api/secrets:set', { body: { name: 'TOKEN', value: TOKEN } })
  const signature = { preset: 'wecom', secrets: ['{{$secrets.TOKEN}}'], ...keys }
  await deployWorkflow(test.app, 'rotated', { type: 'webhook', config: { signature } })
  await test.app.registry.refresh()
})
afterAll(() => test.stop())

/** Sends a message as WeCom and DingTalk do. */
async function send(key: string, text: string, timestamp = Math.floor(Date.now() / 1_000)) {
  const cipherText = encrypt(text, keys)
  const parts = { timestamp: String(timestamp), nonce: '1372623149', cipherText }
  const query = new URLSearchParams({
    msg_signature: callbackSignature(TOKEN, parts).toString('hex'),
    timestamp: parts.timestamp,
    nonce: parts.nonce,
  })
  const reply = await test.http.request(`/api/webhooks/${key}?${query}`, {
    method: 'POST',
    headers: { 'content-type': key === 'event' ? 'application/json' : 'text/xml' },
    body: key === 'event' ? JSON.stringify({ encrypt: cipherText }) : `<xml><Encrypt>${cipherText}</Encrypt></xml>`,
  })
  return { status: reply.status, duplicate: reply.headers.get('ensue-duplicate'), text: await reply.text() }
}

/** Decrypts a reply and checks that it is signed. */
function open(text: string): string {
  const xml = (name: string) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(text)?.[1] ?? ''
  const sealed = text.startsWith('{')
    ? JSON.parse(text)
    : { encrypt: xml('Encrypt'), msgsignature: xml('MsgSignature'), timestamp: xml('TimeStamp'), nonce: xml('Nonce') }
  const parts = {
    timestamp: String(sealed.timestamp ?? sealed.timeStamp),
    nonce: sealed.nonce,
    cipherText: sealed.encrypt,
  }
  expect(sealed.msgsignature ?? sealed.msg_signature).toBe(callbackSignature(TOKEN, parts).toString('hex'))
  return decrypt(parts.cipherText, keys).toString()
}

describe('the reply to an encrypted message', () => {
  it.each(['message', 'base64'])('of a sync workflow is encrypted: %s', async (key) => {
    const { status, text } = await send(key, '<xml><Content>Where is it?</Content></xml>')
    expect([status, open(text)]).toEqual([200, MESSAGE])
  })

  it('is encrypted for each delivery of its own, of a duplicate too', async () => {
    const sent = '<xml><MsgId>77</MsgId></xml>'
    const [first, second] = [await send('message', sent), await send('message', sent)]
    expect([first.duplicate, second.duplicate]).toEqual([null, 'true'])
    expect([open(first.text), open(second.text)]).toEqual([MESSAGE, MESSAGE])
  })

  it('that an async workflow is configured with is encrypted', async () => {
    const { text } = await send('configured', '<xml><Content>hello</Content></xml>')
    expect(JSON.parse(open(text))).toEqual({ text: 'hello' })
  })

  it.each(['quiet', 'fixed'])('of one that has nothing to say is empty: %s', async (key) => {
    expect(await send(key, '<xml><Content>hello</Content></xml>')).toMatchObject({ status: 200, text: '' })
  })

  it('that is an error stays readable', async () => {
    expect(await send('refusing', '<xml></xml>')).toMatchObject({ status: 422, text: '{"no":"not today"}' })
  })

  it('to DingTalk is the one word that it waits for', async () => {
    const { text } = await send('event', '{"EventType":"bpms_instance_change"}', Date.now())
    expect(open(text)).toBe('success')
  })
})

describe('a replay of an encrypted message', () => {
  it('has what was encrypted in it', async () => {
    await send('fixed', '<xml><Content>once more</Content></xml>')
    const { body } = await test.call('/api/webhooks:deliveries', { body: { workflow: 'fixed' } })
    const { id } = body.data[0]
    const replay = await test.call('/api/webhooks:replay', { body: { ids: [id] } })
    const { executionId } = replay.body.data.executions[0]
    const { body: execution } = await test.call(`/api/executions/${executionId}`)
    expect(execution.data.context.data).toEqual({ xml: { Content: 'once more' } })
  })

  it('is refused when nothing can open it any more', async () => {
    await send('rotated', '<xml></xml>')
    const { body } = await test.call('/api/webhooks:deliveries', { body: { workflow: 'rotated' } })
    await test.call('/api/secrets:set', { body: { name: 'TOKEN', value: 'another token of some length' } })
    const { status } = await test.call('/api/webhooks:replay', { body: { ids: [body.data[0].id] } })
    expect(status).toBe(409)
  })
})
