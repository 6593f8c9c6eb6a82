import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.stop())

describe('auth.signIn', () => {
  it('answers with a token and the user', async () => {
    const { status, body } = await test.call('/api/auth:signIn', { body: ADMIN, token: null })
    expect(status).toBe(200)
    expect(body.data.token).toMatch(/^ens_[\w-]{43}$/)
    expect(body.data.user).toMatchObject({ email: ADMIN.email, roles: ['admin'] })
    expect(JSON.stringify(body)).not.toContain('argon2')
  })

  it('takes the address in any case, and sets the cookie only when asked', async () => {
    const credentials = { email: ADMIN.email.toUpperCase(), password: ADMIN.password }
    const plain = await test.call('/api/auth:signIn', { body: credentials, token: null })
    expect(plain.headers.get('set-cookie')).toBeNull()
    const reply = await test.call('/api/auth:signIn', { body: { ...credentials, cookie: true }, token: null })
    expect(reply.headers.get('set-cookie')).toMatch(
      /^ensue_session=ens_[\w-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    )
  })

  it('answers alike for a wrong password and an unknown user', async () => {
    const [wrong, unknown] = await Promise.all(
      [ADMIN.email, 'nobody@example.com'].map((email) =>
        test.call('/api/auth:signIn', { body: { email, password: 'wrong password' }, token: null }),
      ),
    )
    expect(wrong!.status).toBe(401)
    expect(unknown!.status).toBe(401)
    expect(wrong!.body.errors).toEqual(unknown!.body.errors)
  })

  it('stops guessing after ten failures', async () => {
    await test.signInAs('victim@example.com', ['member'])
    const guess = () =>
      test.call('/api/auth:signIn', { body: { email: 'victim@example.com', password: 'x' }, token: null })
    const replies = await Promise.all(Array.from({ length: 12 }, guess))
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429])
    const right = { email: 'victim@example.com', password: ADMIN.password }
    const reply = await test.call('/api/auth:signIn', { body: right, token: null })
    expect(reply.status).toBe(429)
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('a request', () => {
  it.each([
    ['no token', {}],
    ['a foreign token', { authorization: 'Bearer ens_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['rubbish', { authorization: 'Bearer' }],
    ['a foreign API key', { authorization: 'Bearer ensk_AAAA' }],
  ])('with %s is refused with 401', async (_, headers: Record<string, string>) => {
    const { status, body } = await test.call('/api/auth:me', { token: null, headers })
    expect(status).toBe(401)
    expect(body.errors[0].code).toBe('unauthorized')
    expect(body.requestId).toBeTruthy()
  })

  it('may carry its token as a parameter or cookie', async () => {
    expect((await test.call(`/api/auth:me?token=${test.token}`, { token: null })).status).toBe(200)
    const cookie = `a=b; ensue_session=${test.token}`
    expect((await test.call('/api/auth:me', { token: null, headers: { cookie } })).status).toBe(200)
  })

  it('with the cookie must come from our own pages when it changes something', async () => {
    const from = (headers: Record<string, string>) =>
      test.call('http://ensue.test/api/variables:set', {
        token: null,
        body: { name: 'A', value: 'b' },
        headers: { cookie: `ensue_session=${test.token}`, host: 'ensue.test', ...headers },
      })
    expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await from({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await from({ origin: 'https://evil.test' })).status).toBe(403)
    expect((await from({ origin: 'null' })).status).toBe(403)
    expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await from({ origin: 'http://ensue.test' })).status).toBe(200)
  })

  it('is refused once its session has ended or expired', async () => {
    const token = await test.signInAs('leaver@example.com', ['member'])
    expect((await test.call('/api/auth:signOut', { method: 'POST', token })).status).toBe(200)
    expect((await test.call('/api/auth:me', { token })).status).toBe(401)

    const other = await test.signInAs('late@example.com', ['member'])
    await test.app.client.pool.query(`update ensue.session set expires_at = now() - interval '1 s'
      where user_id = (select id from ensue."user" where email = 'late@example.com')`)
    expect((await test.call('/api/auth:me', { token: other })).status).toBe(401)
  })

  it('acts in the role of X-Role, which must be one of the user’s', async () => {
    const token = await test.signInAs('both@example.com', ['member', 'builder'])
    const roleOf = async (headers: Record<string, string>) => test.call('/api/auth:me', { token, headers })
    expect((await roleOf({})).body.data.role).toBe('member')
    expect((await roleOf({ 'x-role': 'builder' })).body.data.role).toBe('builder')
    expect((await roleOf({ 'x-role': 'admin' })).status).toBe(403)
    expect((await roleOf({ 'x-role': 'nonsense' })).status).toBe(403)
  })
})

describe('apiKeys', () => {
  it('act in their role until they are deleted; the secret is shown once', async () => {
    const { body } = await test.call('/api/apiKeys:create', { body: { name: 'ci', role: 'builder' } })
    const { key, id, prefix } = body.data
    expect(key).toMatch(/^ensk_/)
    expect(key.startsWith(prefix)).toBe(true)
    const me = await test.call('/api/auth:me', { token: key })
    expect(me.body.data).toMatchObject({ kind: 'apiKey', user: null, role: 'builder' })
    expect((await test.call('/api/users:list', { token: key, headers: { 'x-role': 'admin' } })).status).toBe(403)
    expect(JSON.stringify((await test.call('/api/apiKeys:list')).body)).not.toContain(key)
    expect((await test.call('/api/apiKeys:delete', { body: { id } })).status).toBe(200)
    expect((await test.call('/api/auth:me', { token: key })).status).toBe(401)
  })

  it('end when they expire', async () => {
    const expiresAt = new Date(Date.now() - 1_000).toISOString()
    const { body } = await test.call('/api/apiKeys:create', { body: { name: 'old', role: 'member', expiresAt } })
    expect((await test.call('/api/auth:me', { token: body.data.key })).status).toBe(401)
  })
})
