import { createPublicKey, type KeyObject } from 'node:crypto'
import { isSameJson, JWT_ALGORITHMS, type WebhookAuth } from '@ensue/engine'
import { AppError, type Json, type JsonObject, toJson } from '@ensue/engine/core'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { bearerToken } from './bearer.ts'
import { isUsableSecret } from './secret-digest.ts'
import type { Authenticator, Verdict } from './verdict.ts'

export type JwtAuth = Extract<WebhookAuth, { type: 'jwt' }>

const CLOCK_LEEWAY_SECONDS = 60
const JWKS_TIMEOUT_MS = 5_000
const JWKS_MAX_AGE_MS = 600_000
/** Between two fetches that unknown key ids cause: anyone can make those up. */
const JWKS_COOLDOWN_MS = 30_000

/** Checks a JSON Web Token in `Authorization: Bearer`: signature, `exp` and `nbf` with a minute's leeway, issuer, audience and
 *  required claims. The algorithms are those that fit the key, so that neither `none` nor a public key taken for an HMAC
 *  secret gets through.
 *  @param fetch gets the key set from its address. @throws AppError unavailable, when that can't be done, so that the sender tries again */
export function createJwtAuthenticator(auth: JwtAuth, fetch: FetchImplementation): Authenticator {
  const key = readKey(auth, fetch)
  const required = Object.entries(auth.requiredClaims ?? {})
  const options: JWTVerifyOptions = {
    algorithms: [...(auth.algorithms ?? JWT_ALGORITHMS[auth.secret === undefined ? 'key' : 'secret'])],
    clockTolerance: CLOCK_LEEWAY_SECONDS,
    requiredClaims: required.map(([name]) => name),
    ...(auth.issuer?.length ? { issuer: auth.issuer } : {}),
    ...(auth.audience?.length ? { audience: auth.audience } : {}),
  }
  return async (request) => {
    const found = bearerToken(request)
    if ('reason' in found) return refused(found.reason)
    if (key === undefined) return refused('key_unusable')
    try {
      // Two calls: the overloads tell keys and functions that find one apart.
      const { payload } =
        typeof key === 'function'
          ? await jwtVerify(found.value, key, options)
          : await jwtVerify(found.value, key, options)
      const claims = toJson(payload) as JsonObject
      return required.every(([name, wanted]) => holds(name, claims[name], wanted))
        ? { ok: true, claims }
        : refused('claim_wrong')
    } catch (error) {
      if (error instanceof AppError) throw error
      return refused(reasonOf(error))
    }
  }
}

function readKey(
  { secret, jwks, publicKey }: JwtAuth,
  fetch: FetchImplementation,
): Uint8Array | KeyObject | JWTVerifyGetKey | undefined {
  if (secret !== undefined) return isUsableSecret(secret) ? new TextEncoder().encode(secret) : undefined
  if (typeof jwks === 'string') return remoteKeys(jwks, fetch)
  try {
    if (jwks !== undefined) return createLocalJWKSet(jwks as unknown as JSONWebKeySet)
    if (publicKey !== undefined) return createPublicKey(publicKey)
  } catch {
    // A key that can't be read lets nobody in.
  }
  return undefined
}

function remoteKeys(url: string, fetch: FetchImplementation): JWTVerifyGetKey {
  const find = createRemoteJWKSet(new URL(url), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    [customFetch]: fetch,
  })
  return async (header, token) => {
    try {
      return await find(header, token)
    } catch (error) {
      const isOfToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      if (isOfToken) throw error
      throw new AppError('unavailable', 'The keys that tokens are checked with could not be read.', {
        headers: { 'Retry-After': '5' },
        cause: error,
      })
    }
  }
}

/** A claim has the wanted value, or has it among others; null asks for any. */
function holds(name: string, claim: Json | undefined, wanted: Json): boolean {
  if (claim === undefined || claim === null) return false
  if (wanted === null || isSameJson(claim, wanted)) return true
  // RFC 8693 §4.2: scopes are one text with spaces.
  const values = name === 'scope' && typeof claim === 'string' ? claim.split(' ') : claim
  return Array.isArray(values) && values.some((item) => isSameJson(item, wanted))
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'token_expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' ? 'token_not_yet_valid' : 'claim_wrong'
  return error instanceof errors.JWSSignatureVerificationFailed ? 'token_wrong' : 'token_unusable'
}

function refused(reason: string): Verdict {
  const isMissing = reason === 'credentials_missing'
  return {
    ok: false,
    reason,
    message:
      reason === 'token_expired' ? 'The token has expired.' : `The token is ${isMissing ? 'missing' : 'not accepted'}.`,
    challenge: `Bearer realm="webhook"${isMissing ? '' : ', error="invalid_token"'}`,
  }
}
