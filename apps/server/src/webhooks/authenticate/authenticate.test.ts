import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Credentials, createAuthenticator, type Verdict } from './index.ts'

const noFetch = () => Promise.reject(new Error('no network in this test'))
const TOKEN = 'a-token-of-24-characters'

const request = (headers: Record<string, string | string[]> = {}, query = ''): Credentials => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  query: new URLSearchParams(query),
})
const encoded = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64')
const reason = (verdict: Verdict | Promise<Verdict>) =>
  'ok' in verdict ? (verdict.ok ? 'ok' : verdict.reason) : 'async'

/** What a header may hold: any bytes, read as Latin-1. */
const bytesAsText = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1'))

describe('without authentication', () => {
  it('everyone may call', () => {
    expect(createAuthenticator(undefined, noFetch)(request())).toEqual({ ok: true })
    expect(createAuthenticator({ type: 'none' }, noFetch)(request())).toEqual({ ok: true })
  })
})

describe('Basic', () => {
  const check = createAuthenticator({ type: 'basic', username: 'hook', password: 'pass:wörd1' }, noFetch)
  const basic = (credentials: string) => request({ authorization: `Basic ${credentials}` })

  it.each([
    ['the right ones, whose password holds a colon', basic(encoded('hook:pass:wörd1')), 'ok'],
    ['Latin-1', basic(encoded('hook:pass:wörd1', 'latin1')), 'ok'],
    ['a scheme in other letters', request({ authorization: `bAsIc  ${encoded('hook:pass:wörd1')}` }), 'ok'],
    ['no padding', basic(encoded('hook:pass:wörd1').replace(/=+$/, '')), 'ok'],
    ['nothing', request(), 'credentials_missing'],
    [
      'two headers',
      request({ authorization: [`Basic ${encoded('hook:pass:wörd1')}`, 'Basic x'] }),
      'credentials_repeated',
    ],
    ['a long header', basic('A'.repeat(9_000)), 'credentials_too_long'],
    ['no colon', basic(encoded('hook')), 'credentials_malformed'],
    ['no base64', basic('???'), 'credentials_malformed'],
    ['base64 with junk that decoders skip', basic(`${encoded('hook:pass:wörd1')} x`), 'credentials_malformed'],
    ['a control character', basic(encoded('hook:pass:wörd1\u0000')), 'credentials_malformed'],
    ['another scheme', request({ authorization: `Bearer ${TOKEN}` }), 'credentials_malformed'],
    ['the colon elsewhere', basic(encoded('hook:pass::wörd1')), 'credentials_wrong'],
    ['a wrong user', basic(encoded('hoo:kpass:wörd1')), 'credentials_wrong'],
    ['empty ones', basic(encoded(':')), 'credentials_wrong'],
    ['the user alone', basic(encoded('hook:')), 'credentials_wrong'],
  ])('%s', (_, credentials, expected) => {
    expect(reason(check(credentials))).toBe(expected)
  })

  it('challenges, and tells the caller no reason', () => {
    expect(check(request())).toMatchObject({ challenge: 'Basic realm="webhook", charset="UTF-8"' })
    const wrong = check(basic(encoded('hook:x')))
    expect(wrong).toMatchObject({ message: 'The user name or the password is wrong or missing.' })
  })
})

describe('a bearer token', () => {
  const check = createAuthenticator({ type: 'bearer', token: TOKEN }, noFetch)

  it.each([
    ['the right one', request({ authorization: `Bearer ${TOKEN}` }), 'ok'],
    ['the scheme in other letters', request({ authorization: `bearer  ${TOKEN}` }), 'ok'],
    ['nothing', request(), 'credentials_missing'],
    ['the token alone', request({ authorization: TOKEN }), 'credentials_malformed'],
    ['two headers', request({ authorization: [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`] }), 'credentials_repeated'],
    ['a part of it', request({ authorization: `Bearer ${TOKEN.slice(1)}` }), 'token_wrong'],
    ['two tokens', request({ authorization: `Bearer ${TOKEN}, ${TOKEN}` }), 'credentials_malformed'],
  ])('%s', (_, credentials, expected) => {
    expect(reason(check(credentials))).toBe(expected)
  })

  it('stands alone in a header of its own', () => {
    const own = createAuthenticator({ type: 'bearer', token: TOKEN, header: 'X-Api-Key' }, noFetch)
    expect(reason(own(request({ 'x-api-key': TOKEN })))).toBe('ok')
    expect(reason(own(request({ 'x-api-key': [TOKEN, TOKEN] })))).toBe('credentials_repeated')
    expect(reason(own(request({ authorization: `Bearer ${TOKEN}` })))).toBe('credentials_missing')
  })

  it('may hold letters of any script', () => {
    const own = createAuthenticator({ type: 'bearer', token: 'schlüssel-zum-haus' }, noFetch)
    const sent = Buffer.from('schlüssel-zum-haus').toString('latin1')
    expect(reason(own(request({ authorization: `Bearer ${sent}` })))).toBe('ok')
  })
})

describe('a token in the URL', () => {
  const check = createAuthenticator({ type: 'query', name: 'key', token: TOKEN }, noFetch)

  it.each([
    [`key=${TOKEN}`, 'ok'],
    [`a=1&key=${encodeURIComponent(TOKEN)}`, 'ok'],
    ['', 'credentials_missing'],
    [`token=${TOKEN}`, 'credentials_missing'],
    [`key=${TOKEN}&key=x`, 'credentials_repeated'],
    ['key=', 'token_wrong'],
    [`key=${TOKEN}x`, 'token_wrong'],
  ])('%s', (query, expected) => {
    expect(reason(check(request({}, query)))).toBe(expected)
  })
})

describe('a secret that is missing', () => {
  it.each(['', '{{$secrets.GONE}}'])('lets nobody in: "%s"', (secret) => {
    const basic = createAuthenticator({ type: 'basic', username: 'a', password: secret }, noFetch)
    expect(reason(basic(request({ authorization: `Basic ${encoded(`a:${secret}`)}` })))).toBe('credentials_wrong')
    const bearer = createAuthenticator({ type: 'bearer', token: secret, header: 'x' }, noFetch)
    expect(reason(bearer(request({ x: secret })))).toBe('token_wrong')
    const query = createAuthenticator({ type: 'query', name: 't', token: secret }, noFetch)
    expect(reason(query(request({}, new URLSearchParams({ t: secret }).toString())))).toBe('token_wrong')
  })
})

describe('any request', () => {
  it('is refused without an exception', async () => {
    const checks = [
      createAuthenticator({ type: 'basic', username: 'hook', password: 'long enough' }, noFetch),
      createAuthenticator({ type: 'bearer', token: TOKEN }, noFetch),
      createAuthenticator({ type: 'query', name: 'token', token: TOKEN }, noFetch),
      createAuthenticator({ type: 'jwt', secret: TOKEN }, noFetch),
    ]
    const scheme = fc.constantFrom('', 'Basic ', 'Bearer ', 'basic', 'Bearer  ')
    const line = fc.tuple(scheme, fc.oneof(bytesAsText, fc.base64String())).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 3 }), bytesAsText, async (lines, query) => {
        for (const check of checks)
          expect(await check({ headers: { authorization: lines }, query: new URLSearchParams(query) })).toMatchObject({
            ok: false,
            reason: expect.any(String),
          })
      }),
    )
  })
})
