import type { NodeDefinition } from '@ensue/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp

const approve: NodeDefinition[] = [
  {
    key: 'over',
    type: 'condition',
    config: { conditions: { all: [{ left: '{{$body.amount}}', operator: 'gt', right: 500 }] } },
    branches: {
      yes: [
        { key: 'yes', type: 'response', config: { status: 201, headers: { 'X-Seen': '1' }, body: { approved: true } } },
      ],
      no: [{ key: 'no', type: 'response', config: { body: 'small' } }],
    },
  },
]

beforeAll(async () => {
  test = await createTestApp()
  const { app } = test
  await deployWorkflow(app, 'sync', { type: 'webhook', config: {} }, { sync: true, nodes: approve })
  await deployWorkflow(app, 'quiet', { type: 'webhook', config: {} }, { sync: true })
  await deployWorkflow(
    app,
    'fails',
    { type: 'webhook', config: {} },
    { sync: true, nodes: [{ key: 'end', type: 'end', config: { status: 'failure', message: 'secret reason' } }] },
  )
  await deployWorkflow(
    app,
    'async',
    { type: 'webhook', config: { reply: { status: 202, headers: {}, body: { got: '{{$body.n}}' } } } },
    { nodes: [{ key: 'sum', type: 'calculate', config: { expression: '{{$body.n + 1}}' } }] },
  )
  await deployWorkflow(app, 'plain', { type: 'webhook', config: { methods: ['GET', 'POST'] } })
  await deployWorkflow(app, 'guarded', {
    type: 'webhook',
    config: { auth: { type: 'basic', username: 'hook', password: 'pass:word1' } },
  })
  await deployWorkflow(app, 'off', { type: 'webhook', config: {} }, { enabled: false })
  await deployWorkflow(app, 'never', { type: 'webhook', config: {} }, { deployed: false })
  await app.registry.refresh()
})
afterAll(() => test.stop())

const post = (path: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  test.http.request(path, { method: 'POST', body, headers })
const basic = (credentials: string) => ({
  'content-type': 'application/json',
  authorization: `Basic ${btoa(credentials)}`,
})

describe('a sync webhook', () => {
  it.each(['/api/webhooks/sync', '/api/webhook:trigger/sync'])(
    'answers what its response node says at %s',
    async (path) => {
      const large = await post(path, '{"amount":700}')
      expect(large.status).toBe(201)
      expect(large.headers.get('x-seen')).toBe('1')
      expect(large.headers.get('x-request-id')).toBeTruthy()
      expect(await large.json()).toEqual({ approved: true })
      const id = large.headers.get('ensue-execution-id')
      const { body } = await test.call(`/api/executions/${id}`)
      expect(body.data).toMatchObject({
        status: 'succeeded',
        response: { status: 201 },
        nodeRuns: [{ path: 'over', branch: 'yes' }, { path: 'yes' }],
      })
      const small = await post(path, '{"amount":1}')
      expect(await small.text()).toBe('small')
      expect(small.headers.get('content-type')).toMatch('text/plain')
    },
  )

  it('answers 200 or 500 without a response node, and leaks nothing', async () => {
    const quiet = await post('/api/webhooks/quiet', '{}')
    expect(quiet.status).toBe(200)
    expect(await quiet.json()).toMatchObject({ status: 'succeeded' })
    const failed = await post('/api/webhooks/fails', '{}')
    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toContain('secret reason')
  })
})

describe('an async webhook', () => {
  it('answers its reply after the execution is committed, which then runs', async () => {
    const reply = await post('/api/webhooks/async', '{"n":1}')
    expect(reply.status).toBe(202)
    expect(await reply.json()).toEqual({ got: 1 })
    const path = `/api/executions/${reply.headers.get('ensue-execution-id')}`
    await expect.poll(async () => (await test.call(path)).body.data.status).toBe('succeeded')
    expect((await test.call(path)).body.data.nodeRuns).toMatchObject([{ path: 'sum', output: 2 }])
  })

  it('answers 200 and ok by default; takes forms and GET where allowed', async () => {
    const reply = await post('/api/webhooks/plain?a=1&a=2&b=x', 'name=Ada&tag=1&tag=2', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect([reply.status, await reply.text()]).toEqual([200, 'ok'])
    const { body } = await test.call(`/api/executions/${reply.headers.get('ensue-execution-id')}`)
    expect(body.data.context).toMatchObject({
      data: { name: 'Ada', tag: ['1', '2'] },
      query: { a: ['1', '2'], b: 'x' },
      method: 'POST',
    })
    expect((await test.http.request('/api/webhooks/plain')).status).toBe(200)
  })
})

describe('what is refused', () => {
  it.each(['nope', 'off', 'never'])('%s is not found, with one and the same answer', async (key) => {
    const reply = await post(`/api/webhooks/${key}`, '{}')
    expect(reply.status).toBe(404)
    expect(((await reply.json()) as { errors: unknown }).errors).toEqual([
      { code: 'not_found', message: 'There is no webhook at this URL.' },
    ])
  })

  it('another method: 405 with Allow', async () => {
    const reply = await test.http.request('/api/webhooks/sync', { method: 'PUT', body: '{}' })
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await test.http.request('/api/webhooks/plain', { method: 'DELETE' })).headers.get('allow')).toBe(
      'GET, POST, HEAD',
    )
  })

  it.each([
    ['no credentials', { 'content-type': 'application/json' }],
    ['a wrong password', basic('hook:wrong')],
    ['a wrong user', basic('hoo:kpass:word1')],
    ['no base64', { 'content-type': 'application/json', authorization: 'Basic ???' }],
    ['another scheme', { 'content-type': 'application/json', authorization: 'Bearer x' }],
    ['a control character', basic('hook:pass:word1\u0001')],
  ])('%s: 401', async (_, headers) => {
    const reply = await post('/api/webhooks/guarded', '{}', headers)
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
  })

  it('takes the right credentials, whose password holds a colon, and keeps them out of the context', async () => {
    const reply = await post('/api/webhooks/guarded', '{}', { ...basic('hook:pass:word1') })
    expect(reply.status).toBe(200)
    const { body } = await test.call(`/api/executions/${reply.headers.get('ensue-execution-id')}`)
    expect(body.data.context.headers.authorization).toBe('[masked]')
  })

  it.each([
    ['malformed JSON', '{"a":', 'application/json', 400],
    ['JSON that is too deep', `${'['.repeat(80)}${']'.repeat(80)}`, 'application/json', 400],
    ['too large a body', `"${'x'.repeat(1_100_000)}"`, 'application/json', 413],
    ['another charset', 'a', 'text/plain; charset=gbk', 415],
  ])('%s', async (_, body, type, status) => {
    const reply = await post('/api/webhooks/sync', body, { 'content-type': type })
    expect(reply.status).toBe(status)
    expect(await reply.json()).toMatchObject({ errors: [{ message: expect.any(String) }] })
  })

  it('nothing: U+0000, lone surrogates and prototype keys are made harmless', async () => {
    const reply = await post('/api/webhooks/async', '{"n":"a\\u0000b\\ud800","__proto__":{"x":1},"constructor":1}')
    expect(reply.status).toBe(202)
    const { body } = await test.call(`/api/executions/${reply.headers.get('ensue-execution-id')}`)
    expect(body.data.context.data).toEqual({ n: 'a\uFFFDb\uFFFD' })
  })
})
