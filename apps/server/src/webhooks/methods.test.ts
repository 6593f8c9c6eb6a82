import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
  const answer = [{ key: 'answer', type: 'response', config: { status: 201, headers: { 'X-Own': '1' }, body: 'all' } }]
  const webhook = (config: { methods?: string[] }) => ({ type: 'webhook', config })
  await deployWorkflow(test.app, 'read', webhook({ methods: ['GET'] }), { sync: true, nodes: answer })
  await deployWorkflow(test.app, 'write', webhook({}), { sync: true, nodes: answer })
  await deployWorkflow(test.app, 'off', webhook({}), { enabled: false })
})
afterAll(() => test.stop())

const send = (method: string, key: string, headers: Record<string, string> = {}) =>
  test.http.request(`/api/webhooks/${key}`, { method, headers })
const recorded = async (workflow: string) => {
  await test.app.deliveries.flush()
  const { body } = await test.call('/api/webhooks:deliveries', { body: { workflow } })
  return (body.data as { method: string; status: number }[]).map(({ method, status }) => `${method} ${status}`)
}

describe('HEAD', () => {
  it('is answered as GET, and runs where GET does', async () => {
    const [get, head] = [await send('GET', 'read'), await send('HEAD', 'read')]
    expect([get.status, head.status, head.headers.get('x-own')]).toEqual([201, 201, '1'])
    expect(head.headers.get('ensue-execution-id')).toBeTruthy()
    expect(await recorded('read')).toEqual(['HEAD 201', 'GET 201'])
  })

  it('is refused where GET is', async () => {
    const reply = await send('HEAD', 'write')
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('OPTIONS', () => {
  it('tells the methods, runs nothing and is not recorded', async () => {
    const before = await recorded('write')
    const reply = await send('OPTIONS', 'write')
    expect([reply.status, reply.headers.get('allow'), await reply.text()]).toEqual([204, 'POST', ''])
    expect((await send('OPTIONS', 'read')).headers.get('allow')).toBe('GET, HEAD')
    expect(await recorded('write')).toEqual(before)
  })

  it('does not tell a webhook that is off from none', async () => {
    const [off, none] = [await send('OPTIONS', 'off'), await send('OPTIONS', 'nowhere')]
    expect([off.status, off.headers.get('allow')]).toEqual([none.status, none.headers.get('allow')])
    expect(none.status).toBe(404)
  })
})

describe('another method', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('is refused and told the right ones: %s', async (method) => {
    const reply = await send(method, 'write')
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('is not what a header says', async () => {
    const reply = await send('GET', 'write', { 'x-http-method-override': 'POST' })
    expect(reply.status).toBe(405)
  })
})
