import { AppError } from '@ensue/engine/core'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createJwtAuthenticator, type JwtAuth } from './jwt.ts'
import type { Verdict } from './verdict.ts'

const SECRET = 'a secret of some thirty-two bytes'
const hs = new TextEncoder().encode(SECRET)
const now = Math.floor(Date.now() / 1_000)
const noFetch = () => Promise.reject(new Error('no network in this test'))

let rsa: Awaited<ReturnType<typeof generateKeyPair>>
let other: Awaited<ReturnType<typeof generateKeyPair>>
beforeAll(async () => {
  rsa = await generateKeyPair('RS256', { extractable: true })
  other = await generateKeyPair('RS256', { extractable: true })
})

const sign = (claims: Record<string, unknown>, key: Parameters<SignJWT['sign']>[0] = hs, alg = 'HS256', kid?: string) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid ? { kid } : {}) }).sign(key)

async function verdictOf(auth: Omit<JwtAuth, 'type'>, token: string, fetch = noFetch as never): Promise<Verdict> {
  const check = createJwtAuthenticator({ type: 'jwt', ...auth }, fetch)
  return check({ headers: { authorization: [`Bearer ${token}`] }, query: new URLSearchParams() })
}
const reasonOf = async (...args: Parameters<typeof verdictOf>) => {
  const verdict = await verdictOf(...args)
  return verdict.ok ? 'ok' : verdict.reason
}

describe('with a secret', () => {
  it('gives the claims', async () => {
    expect(await verdictOf({ secret: SECRET }, await sign({ sub: 'shop', exp: now + 60 }))).toEqual({
      ok: true,
      claims: { sub: 'shop', exp: now + 60 },
    })
  })

  it.each([
    ['an expiry within the leeway', { exp: now - 30 }, {}, 'ok'],
    ['one that has passed', { exp: now - 120 }, {}, 'token_expired'],
    ['a start within the leeway', { nbf: now + 30 }, {}, 'ok'],
    ['one to come', { nbf: now + 120 }, {}, 'token_not_yet_valid'],
    ['the right issuer', { iss: 'b' }, { issuer: ['a', 'b'] }, 'ok'],
    ['a wrong issuer', { iss: 'c' }, { issuer: ['a', 'b'] }, 'claim_wrong'],
    ['no issuer', {}, { issuer: ['a'] }, 'claim_wrong'],
    ['the audience among others', { aud: ['x', 'me'] }, { audience: ['me'] }, 'ok'],
    ['another audience', { aud: 'x' }, { audience: ['me'] }, 'claim_wrong'],
    ['a required claim', { role: 'shop' }, { requiredClaims: { role: 'shop' } }, 'ok'],
    ['a required claim among others', { roles: ['a', 'shop'] }, { requiredClaims: { roles: 'shop' } }, 'ok'],
    ['a scope among others', { scope: 'read shop' }, { requiredClaims: { scope: 'shop' } }, 'ok'],
    ['a claim that only looks alike', { role: 'shop admin' }, { requiredClaims: { role: 'shop' } }, 'claim_wrong'],
    ['a required claim that is missing', {}, { requiredClaims: { role: null } }, 'claim_wrong'],
    ['a required claim of any value', { role: false }, { requiredClaims: { role: null } }, 'ok'],
    ['an algorithm that is not listed', {}, { algorithms: ['HS512' as const] }, 'token_unusable'],
  ])('%s', async (_, claims, auth, expected) => {
    expect(await reasonOf({ secret: SECRET, ...auth }, await sign(claims))).toBe(expected)
  })

  it('refuses another secret, none at all, and no token', async () => {
    expect(await reasonOf({ secret: `${SECRET}!` }, await sign({}))).toBe('token_wrong')
    expect(await reasonOf({ secret: SECRET }, new UnsecuredJWT({}).encode())).toBe('token_unusable')
    expect(await reasonOf({ secret: SECRET }, 'a.b.c')).toBe('token_unusable')
    expect(await reasonOf({ secret: '' }, await sign({}))).toBe('key_unusable')
    expect(await verdictOf({ secret: SECRET }, '')).toMatchObject({
      ok: false,
      challenge: 'Bearer realm="webhook", error="invalid_token"',
    })
  })
})

describe('with a public key', () => {
  it('takes what its private key signed', async () => {
    const publicKey = await exportSPKI(rsa.publicKey)
    expect(await reasonOf({ publicKey }, await sign({}, rsa.privateKey, 'RS256'))).toBe('ok')
    expect(await reasonOf({ publicKey }, await sign({}, other.privateKey, 'RS256'))).toBe('token_wrong')
  })

  it('is not taken for a secret by a token that says HS256', async () => {
    const publicKey = await exportSPKI(rsa.publicKey)
    const forged = await sign({}, new TextEncoder().encode(publicKey), 'HS256')
    expect(await reasonOf({ publicKey }, forged)).toBe('token_unusable')
  })

  it('that cannot be read lets nobody in', async () => {
    const publicKey = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'
    expect(await reasonOf({ publicKey }, await sign({}, rsa.privateKey, 'RS256'))).toBe('key_unusable')
  })
})

describe('with a key set', () => {
  const setOf = async () => ({ keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256' }] })

  it('that is written out', async () => {
    const jwks = await setOf()
    expect(await reasonOf({ jwks }, await sign({}, rsa.privateKey, 'RS256', 'one'))).toBe('ok')
    expect(await reasonOf({ jwks }, await sign({}, other.privateKey, 'RS256', 'two'))).toBe('token_unusable')
  })

  it('on the web, which is fetched once', async () => {
    const jwks = await setOf()
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return Response.json(jwks)
    }
    const url = 'https://login.example.com/jwks.json'
    const check = createJwtAuthenticator({ type: 'jwt', jwks: url }, fetch)
    const call = async (token: string) =>
      check({ headers: { authorization: [`Bearer ${token}`] }, query: new URLSearchParams() })
    const token = await sign({}, rsa.privateKey, 'RS256', 'one')
    expect((await Promise.all([call(token), call(token)])).map(({ ok }) => ok)).toEqual([true, true])
    // Unknown key ids are free to make up: they cause no more fetches than one in the cooldown.
    for (const kid of ['x', 'y', 'z'])
      expect((await call(await sign({}, other.privateKey, 'RS256', kid))).ok).toBe(false)
    expect(asked).toEqual([url])
  })

  it.each([
    ['is away', noFetch],
    ['answers an error', async () => new Response('no', { status: 500 })],
    ['is no key set', async () => new Response('<html>')],
    ['is something else', async () => Response.json({ a: 1 })],
  ])('that %s: the sender is to try again', async (_, fetch) => {
    const token = await sign({}, rsa.privateKey, 'RS256', 'one')
    const verdict = verdictOf({ jwks: 'https://login.example.com/jwks.json' }, token, fetch as never)
    await expect(verdict).rejects.toThrow(AppError)
    await expect(verdict).rejects.toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '5' } })
  })
})
