import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createVerifier, verifierOf } from './create-verifier.ts'
import { type SignedSample, signedSamples, toRequest } from './testing/signed-samples.ts'
import type { SignedRequest } from './verdict.ts'

/** Fits every scheme that wants a certain form, and no sample. */
const WRONG = `whsec_${randomBytes(32).toString('base64')}`

const verdictOf = (sample: SignedSample, change: Partial<SignedRequest> = {}, nowSeconds = sample.nowSeconds) =>
  verifierOf(sample.config).verify({ ...toRequest(sample.sent), ...change }, nowSeconds * 1_000)

/** The request with the signature, or what stands around it, spelled in another way. */
function respelled({ sent, macIn, mac }: SignedSample, spell: (value: string, mac: string) => string): SignedRequest {
  const { url, headers } = sent
  if (headers[macIn] !== undefined)
    return toRequest({ ...sent, headers: { ...headers, [macIn]: spell(headers[macIn], mac) } })
  const [path = '', query] = url.split('?')
  const parameters = new URLSearchParams(query)
  parameters.set(macIn, spell(parameters.get(macIn) ?? '', mac))
  return toRequest({ ...sent, url: `${path}?${parameters}` })
}

const refused = { ok: false, reason: expect.stringMatching(/^signature_/), message: expect.any(String) }

describe.each(signedSamples)('$title', (sample) => {
  const { config, sent, mac, macIn } = sample
  const isHex = /^[0-9a-f]+$/.test(mac)
  const header = sent.headers[macIn]

  test('is accepted', () => {
    const verdict = verdictOf(sample)
    expect(verdict).toMatchObject(sample.verdict)
    // Known again by the sender's id, else by the signature.
    if ('ok' in verdict) expect('mac' in verdict).toBe(!('deliveryId' in verdict))
  })

  test('is accepted with the second of two secrets, also when the first can’t be used', () => {
    for (const other of [WRONG, 'no base64 and no key at all']) {
      const secrets = [other, ...config.secrets]
      const verdict = verifierOf({ ...config, secrets }).verify(toRequest(sent), sample.nowSeconds * 1_000)
      expect(verdict).toEqual(expect.not.objectContaining({ ok: false }))
    }
  })

  test('is refused with another secret', () => {
    const verdict = verifierOf({ ...config, secrets: [WRONG] }).verify(toRequest(sent), sample.nowSeconds * 1_000)
    expect(verdict).toMatchObject({ ok: false })
  })

  test.each<readonly [string, (value: string, mac: string) => string]>([
    ['one bit is flipped', (value) => value.replace(mac, flipped(mac))],
    ['the signature is cut short', (value) => value.replace(mac, isHex ? mac.slice(0, -2) : `${mac.slice(0, -8)}AAAA`)],
    ['the signature is longer', (value) => value.replace(mac, isHex ? `${mac}00` : `AAAA${mac}`)],
    ['the signature is odd', (value) => value.replace(mac, mac.slice(0, -1))],
    ['there is no signature', (value) => value.replace(mac, '')],
    ['the header is empty', () => ''],
    ['a space stands before it', (value) => value.replace(mac, ` ${mac}`)],
    ['a line break stands after it', (value) => `${value}\n`],
    ['two are joined with a comma', (value) => `${value}, ${value}`],
    ['it is a word', () => 'signature'],
    ['it is __proto__', () => '__proto__'],
    ['it is too long', (value) => value + 'a'.repeat(5_000)],
    ...(isHex
      ? [['it is in upper case', (value: string) => value.replace(mac, mac.toUpperCase())] as const]
      : ([
          ['it is in the alphabet for URLs', (value: string) => value.replace(mac, base64url(mac))],
          ['the padding is missing', (value: string) => value.replace(mac, mac.replace(/=+$/, ''))],
          ['there is more padding', (value: string) => value.replace(mac, `${mac}=`)],
          ['stray bits are set in its last character', (value: string) => value.replace(mac, withStrayBits(mac))],
          ['it is hexadecimal', (value: string) => value.replace(mac, Buffer.from(mac, 'base64').toString('hex'))],
        ] as const)),
  ])('is refused when %s', (_what, spell) => {
    // Headers hold no line break in HTTP; the rule is the same.
    expect(verdictOf(sample, respelled(sample, spell))).toMatchObject(refused)
  })

  test('is refused when the signature is there twice or not at all', () => {
    const { headers, query } = toRequest(sent)
    const twice = new URLSearchParams(query)
    const none = new URLSearchParams(query)
    if (header === undefined) {
      twice.append(macIn, twice.get(macIn) ?? '')
      none.delete(macIn)
    }
    const duplicate = {
      headers: header === undefined ? headers : { ...headers, [macIn]: [header, header] },
      query: twice,
    }
    expect(verdictOf(sample, duplicate)).toMatchObject({ ok: false, reason: 'signature_duplicate' })
    const missing = { headers: { ...headers, [macIn]: undefined }, query: none }
    expect(verdictOf(sample, missing)).toMatchObject({ ok: false })
  })

  test('fails closed without a secret', () => {
    for (const secrets of [[], [''], ['', WRONG]])
      expect(verifierOf({ ...config, secrets }).verify(toRequest(sent), sample.nowSeconds * 1_000)).toMatchObject({
        ok: false,
      })
  })
})

test('secrets of less than 16 bytes count for nothing', () => {
  const [github] = signedSamples
  const verify = (secrets: string[]) =>
    createVerifier({ preset: 'github', secrets, toleranceSeconds: 300 }).verify(toRequest(github!.sent), 0)
  expect(verify(["It's a Secret to Everybody", 'short'])).toMatchObject({ ok: true })
  expect(verify(['short', ''])).toMatchObject({ ok: false, reason: 'secret_unusable' })
})

const names = [...new Set(signedSamples.flatMap(({ sent, macIn }) => [macIn, ...Object.keys(sent.headers)]))]
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('1700000000', 'v1,AAAA', 't=1700000000,v1=00', 'sha256=00'),
)
const hostile = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  url: fc.webPath().map((path) => path || '/'),
  headers: fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.constantFrom('constructor', '__proto__')),
    fc.array(text, { maxLength: 3 }),
  ),
  query: fc
    .array(
      fc.tuple(
        fc.constantFrom('msg_signature', 'signature', 'timestamp', 'nonce', 'echostr', 'bodySHA256', 'hub.mode'),
        text,
      ),
    )
    .map((pairs) => new URLSearchParams(pairs)),
  body: fc
    .oneof(
      fc.uint8Array(),
      fc.json().map((json) => Buffer.from(json)),
    )
    .map((bytes) => Buffer.from(bytes)),
})

test.each(signedSamples)('$title: nothing made up is accepted, and nothing throws', ({ config }) => {
  const verifier = verifierOf(config)
  fc.assert(
    fc.property(hostile, fc.nat(), (request, nowMs) => {
      expect(verifier.verify(request, nowMs)).toMatchObject({ ok: false })
    }),
    { numRuns: 200 },
  )
})

describe.each(signedSamples.filter(({ bodyIsSigned }) => bodyIsSigned))('the body of $title', (sample) => {
  const body = Buffer.from(sample.sent.body)

  test('is taken byte by byte', () => {
    const bodies = [body.subarray(0, -1), Buffer.concat([body, Buffer.from('\n')]), Buffer.alloc(0)]
    if (body[0] === 0x7b) {
      const indent = sample.sent.body.includes(' ') ? 0 : 1
      bodies.push(Buffer.from(JSON.stringify(JSON.parse(sample.sent.body), null, indent)))
    }
    for (const changed of bodies) expect(verdictOf(sample, { body: changed })).toMatchObject({ ok: false })
  })

  test('is taken bit by bit', () => {
    fc.assert(
      fc.property(fc.nat({ max: body.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(body)
        changed[at]! ^= mask
        expect(verdictOf(sample, { body: changed })).toMatchObject({ ok: false })
      }),
    )
  })
})

function flipped(mac: string): string {
  const [first = ''] = mac
  return `${first === '0' ? '1' : '0'}${mac.slice(1)}`
}

function base64url(mac: string): string {
  return mac.replaceAll('+', '-').replaceAll('/', '_')
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Lenient decoders read the same bytes from it. */
function withStrayBits(mac: string): string {
  const at = mac.indexOf('=') - 1
  return mac.slice(0, at) + ALPHABET[ALPHABET.indexOf(mac[at] ?? '') + 1] + mac.slice(at + 1)
}
