import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

const TOKEN = 'token-that-nobody-knows'
let test: TestApp

beforeAll(async () => {
  test = await createTestApp({ TRUST_PROXY: '1' })
  await test.call('/api/secrets:set', { body: { name: 'HOOK_TOKEN', value: TOKEN } })
  const { app } = test
  const webhook = (key: string, config: Parameters<typeof deployWorkflow>[2]['config']) =>
    deployWorkflow(app, key, { type: 'webhook', config })
  await webhook('bearer', { auth: { type: 'bearer', token: '{{$secrets.HOOK_TOKEN}}' } })
  await webhook('gone', { auth: { type: 'bearer', token: '{{$secrets.GONE}}' } })
  await webhook('query', { auth: { type: 'query', name: 'key', token: '{{$secrets.HOOK_TOKEN}}' } })
  await webhook('jwt', { auth: { type: 'jwt', secret: '{{$secrets.HOOK_TOKEN}}', requiredClaims: { role: 'shop' } } })
  await webhook('office', { ipAllowlist: ['203.0.113.0/24'] })
  await app.registry.refresh()
})
afterAll(() => test.stop())

const post = (path: string, headers: Record<string, string> = {}) =>
  test.http.request(`/api/webhooks/${path}`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json', ...headers },
  })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const contextOf = async (reply: Response) =>
  (await test.call(`/api/executions/${reply.headers.get('ensue-execution-id')}`)).body.data.context

describe('a caller', () => {
  it('is let in by a token that is a secret, which the run does not see', async () => {
    const reply = await post('bearer', bearer(TOKEN))
    expect(reply.status).toBe(200)
    expect((await contextOf(reply)).headers.authorization).toBe('[masked]')
    expect((await post('bearer', bearer(`${TOKEN}x`))).status).toBe(401)
    expect((await post('bearer')).headers.get('www-authenticate')).toBe('Bearer realm="webhook"')
  })

  it('is not let in by a secret that is gone, nor by its name', async () => {
    expect((await post('gone', bearer('{{$secrets.GONE}}'))).status).toBe(401)
    expect((await post('gone', bearer('undefined'))).status).toBe(401)
  })

  it('is let in by a token in the URL, which neither run nor inbox see', async () => {
    const reply = await post(`query?a=1&key=${TOKEN}`)
    expect(reply.status).toBe(200)
    expect((await contextOf(reply)).query).toEqual({ a: '1', key: '[masked]' })
    await test.app.deliveries.flush()
    const { body } = await test.call('/api/webhooks:deliveries', { body: { workflow: 'query' } })
    expect(JSON.stringify(body)).not.toContain(TOKEN)
  })

  it('is let in by a JSON Web Token with the right claims', async () => {
    const sign = (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(TOKEN))
    expect((await post('jwt', bearer(await sign({ role: 'shop' })))).status).toBe(200)
    const refused = await post('jwt', bearer(await sign({ role: 'guest' })))
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="webhook", error="invalid_token"',
    ])
  })

  it('is known by what the trusted proxy saw', async () => {
    const from = (forwarded: string) => post('office', { 'x-forwarded-for': forwarded })
    expect((await from('6.6.6.6, 203.0.113.9')).status).toBe(200)
    expect((await from('203.0.113.9, 6.6.6.6')).status).toBe(403)
    expect((await from('203.0.113.9, not-an-address')).status).toBe(403)
    expect((await from('::ffff:203.0.113.9')).status).toBe(200)
  })
})

describe('a key set', () => {
  it('that cannot be had is a reason to try again, not to be refused', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    await deployWorkflow(test.app, 'jwks', {
      type: 'webhook',
      config: { auth: { type: 'jwt', jwks: 'https://127.0.0.1/jwks.json' } },
    })
    await test.app.registry.refresh()
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'a' }).sign(privateKey)
    const reply = await post('jwks', bearer(token))
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await reply.text()).not.toContain('127.0.0.1')
  })
})
