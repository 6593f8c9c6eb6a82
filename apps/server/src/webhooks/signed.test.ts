import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp

const SECRET = "It's a Secret to Everybody"
const sign = (body: string, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

beforeAll(async () => {
  test = await createTestApp()
  await test.call('/api/secrets:set', { body: { name: 'GITHUB', value: SECRET } })
  const signature = { preset: 'github', secrets: ['{{$secrets.GITHUB}}', 'the one before this one'] }
  await deployWorkflow(test.app, 'github', { type: 'webhook', config: { signature } })
  await deployWorkflow(test.app, 'undeduped', { type: 'webhook', config: { signature, dedupe: false } })
  await deployWorkflow(test.app, 'slack', {
    type: 'webhook',
    config: { signature: { preset: 'slack', secrets: ['8f742231b10e8888abcd99yyyzzz85a5'] } },
  })
  await deployWorkflow(test.app, 'meta', {
    type: 'webhook',
    config: { signature: { preset: 'meta', secrets: [SECRET], verifyToken: 'a token of some length' } },
  })
  await deployWorkflow(test.app, 'forgotten', {
    type: 'webhook',
    config: { signature: { preset: 'github', secrets: ['{{$secrets.GONE}}'] } },
  })
})
afterAll(() => test.stop())

const post = (key: string, body: string, headers: Record<string, string>) =>
  test.http.request(`/api/webhooks/${key}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
const inbox = async (workflow: string) => {
  await test.app.deliveries.flush()
  return (await test.call('/api/webhooks:deliveries', { body: { workflow } })).body.data
}

describe('a signed webhook', () => {
  const body = '{"ref":"refs/heads/main", "n": 1}'

  it('takes what is signed with a secret of the vault, or the one before it', async () => {
    for (const secret of [SECRET, 'the one before this one'])
      expect((await post('undeduped', body, { 'x-hub-signature-256': sign(body, secret) })).status).toBe(200)
  })

  it.each([
    ['no signature', body, {}],
    ['another secret', body, { 'x-hub-signature-256': sign(body, 'another secret, long enough') }],
    ['the same JSON in other bytes', JSON.stringify(JSON.parse(body)), { 'x-hub-signature-256': sign(body) }],
    ['a trailing newline', `${body}\n`, { 'x-hub-signature-256': sign(body) }],
    ['an upper-case signature', body, { 'x-hub-signature-256': sign(body).toUpperCase() }],
  ])('refuses %s', async (_, sent, headers) => {
    const reply = await post('github', sent, headers)
    expect(reply.status).toBe(401)
    expect(await reply.json()).toMatchObject({ errors: [{ code: 'unauthorized' }] })
    expect((await inbox('github'))[0]).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/^signature_/),
    })
  })

  it('knows a delivery again by the id of its preset', async () => {
    const headers = { 'x-hub-signature-256': sign(body), 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' }
    const first = await post('github', body, headers)
    const second = await post('github', body, headers)
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.headers.get('ensue-duplicate')).toBe('true')
    expect(second.headers.get('ensue-execution-id')).toBe(first.headers.get('ensue-execution-id'))
    const other = await post('github', body, { ...headers, 'x-github-delivery': 'another' })
    expect(other.headers.get('ensue-duplicate')).toBeNull()
  })

  it('knows it by the signature where the id is missing', async () => {
    const sent = '{"no":"id"}'
    const headers = { 'x-hub-signature-256': sign(sent) }
    await post('github', sent, headers)
    expect((await post('github', sent, headers)).headers.get('ensue-duplicate')).toBe('true')
  })

  it('lets nobody in when its secret is not there', async () => {
    expect((await post('forgotten', body, { 'x-hub-signature-256': sign(body) })).status).toBe(401)
    expect((await inbox('forgotten'))[0]).toMatchObject({ reason: 'secret_missing' })
  })
})

describe('a handshake', () => {
  it('of Slack is answered without an execution, once its signature holds', async () => {
    const body = '{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}'
    const seconds = String(Math.floor(Date.now() / 1_000))
    const mac = createHmac('sha256', '8f742231b10e8888abcd99yyyzzz85a5').update(`v0:${seconds}:${body}`).digest('hex')
    const headers = { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${mac}` }
    const reply = await post('slack', body, headers)
    expect([reply.status, reply.headers.get('ensue-execution-id')]).toEqual([200, null])
    expect(await reply.text()).toContain('3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P')
    expect((await inbox('slack'))[0]).toMatchObject({ outcome: 'handshake', status: 200 })
    expect((await post('slack', body, { ...headers, 'x-slack-signature': 'v0=00' })).status).toBe(401)
  })

  it('of Meta comes by GET, which is otherwise refused', async () => {
    const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token='
    const right = await test.http.request(`/api/webhooks/meta?${query}a+token+of+some+length`)
    expect([right.status, await right.text()]).toEqual([200, '1158201444'])
    expect((await test.http.request(`/api/webhooks/meta?${query}wrong`)).status).toBe(401)
  })
})
