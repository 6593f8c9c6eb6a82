import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { JsonObject } from '@ensue/engine'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'
import { holdBody, releaseBody } from './body-budget.ts'

const DOCS = path.resolve(import.meta.dirname, '../../../../docs')
const SECRET = 'a secret of some length'

interface Row {
  because: string
  status: number
  code: string
  message: string
  reason: string
  header: string
}

/** The rows of the table under a heading, cells without their backquotes. */
function tableOf(page: string, heading: string): string[][] {
  const text = readFileSync(path.join(DOCS, page), 'utf8')
  const section = text.slice(text.indexOf(`## ${heading}`)).split(/\n## /, 2)[0]!
  const lines = section.split('\n').filter((line) => line.startsWith('| '))
  return lines.slice(2).map((line) => line.split(' |').map((cell) => cell.replace(/^\|? ?/, '').trim()))
}

const rows = tableOf('webhooks.md', 'What each refusal looks like').map((cells): Row => {
  const [because = '', status, code = '', message = '', reason = '', header = ''] = cells
  const bare = (text: string) => text.replaceAll('`', '')
  return { because, status: Number(status), code: bare(code), message, reason: bare(reason), header: bare(header) }
})

type Headers = Record<string, string>
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM = { 'content-type': 'multipart/form-data; boundary=b' }
const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`
const token = (claims: JsonObject) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET))
const now = () => Math.floor(Date.now() / 1_000)

interface Case {
  key: string
  headers?: Headers | (() => Promise<Headers>)
  body?: string | Buffer
  query?: string
  method?: string
  /** What has to come before. */
  before?: () => unknown
  after?: () => unknown
}

const crowd = {}
const bearer = (claims: JsonObject) => async () => ({ authorization: `Bearer ${await token(claims)}` })
const bearerOfKey = async () => {
  const { privateKey } = await generateKeyPair('RS256')
  return {
    authorization: `Bearer ${await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'a' }).sign(privateKey)}`,
  }
}
/** How each row of the table comes about. */
const CASES: Record<string, Case> = {
  'unknown URL': { key: 'nowhere' },
  'the workflow is disabled': { key: 'off' },
  'it was never deployed': { key: 'never' },
  'another method': { key: 'open', method: 'PUT' },
  'the body is larger than `maxBytes`': { key: 'open', body: 'x'.repeat(1_048_577) },
  'it unpacks to more': {
    key: 'open',
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(2_000_000)),
  },
  'too many values in it': { key: 'open', body: `[${'0,'.repeat(100_000)}0]` },
  'too many parts in a multipart form': { key: 'open', headers: FORM, body: `${part('a').repeat(1_001)}--b--` },
  'a part with too long a name': { key: 'open', headers: FORM, body: `${part('a'.repeat(501))}--b--` },
  'the address is not on the list': { key: 'office' },
  'Basic: no credentials': { key: 'basic' },
  'Basic: wrong ones': { key: 'basic', headers: { authorization: `Basic ${btoa('shop:wrong')}` } },
  'Basic: no base64': { key: 'basic', headers: { authorization: 'Basic ???' } },
  'a token that is too long': { key: 'bearer', headers: { authorization: `Bearer ${'x'.repeat(8_200)}` } },
  'another token in the header': { key: 'bearer', headers: { authorization: 'Bearer another' } },
  'two tokens in the URL': { key: 'query', query: '?token=a&token=b' },
  'a JSON Web Token that has expired': { key: 'jwt', headers: bearer({ role: 'shop', exp: now() - 3_600 }) },
  'one that is not valid yet': { key: 'jwt', headers: bearer({ role: 'shop', nbf: now() + 3_600 }) },
  'one with another claim': { key: 'jwt', headers: bearer({ role: 'guest' }) },
  'one that is none': { key: 'jwt', headers: { authorization: 'Bearer x.y.z' } },
  "its keys can't be read by this server": { key: 'bad-key', headers: bearer({}) },
  "its keys can't be fetched": { key: 'jwks', headers: bearerOfKey },
  "the webhook's secret is not there": { key: 'gone' },
  'the signature does not hold': {
    key: 'signed',
    headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
  },
  'too many calls': { key: 'limited', before: () => call({ key: 'limited' }) },
  'another content encoding, or two': { key: 'open', headers: { ...JSON_TYPE, 'content-encoding': 'compress' } },
  'what is packed is not intact': { key: 'open', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
  'malformed content type': { key: 'open', headers: { 'content-type': 'json' } },
  'unknown charset': { key: 'open', headers: { 'content-type': 'text/plain; charset=gbk' } },
  'another multipart type': { key: 'open', headers: { 'content-type': 'multipart/mixed; boundary=b' } },
  'no JSON': { key: 'open', body: '{a' },
  'more than 64 levels': { key: 'open', body: '['.repeat(66) + ']'.repeat(66) },
  'no UTF-8': { key: 'open', body: Buffer.from([0x22, 0xff, 0x22]) },
  'XML with a document type': {
    key: 'open',
    headers: { 'content-type': 'text/xml' },
    body: '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
  },
  "its expression can't be worked out": { key: 'by-expression' },
  'the body does not fit the schema': { key: 'typed' },
  'the run of a sync workflow failed': { key: 'fails' },
  'too many large bodies at once': {
    key: 'open',
    before: () => holdBody(crowd, 67_108_864),
    after: () => releaseBody(crowd),
  },
}
/** Shown with sockets, processes and a PostgreSQL that stops, in e2e/faults; a header twice takes a socket too. */
const SHOWN_ELSEWHERE = [
  'the body comes too slowly',
  'the connection breaks off',
  'the database is away',
  'the id of the delivery is there twice',
]

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
  const webhooks: Record<string, JsonObject> = {
    open: {},
    off: {},
    never: {},
    office: { ipAllowlist: ['10.0.0.0/8'] },
    basic: { auth: { type: 'basic', username: 'shop', password: SECRET } },
    bearer: { auth: { type: 'bearer', token: SECRET } },
    query: { auth: { type: 'query', name: 'token', token: SECRET } },
    jwt: { auth: { type: 'jwt', secret: SECRET, requiredClaims: { role: 'shop' } } },
    'bad-key': { auth: { type: 'jwt', publicKey: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' } },
    jwks: { auth: { type: 'jwt', jwks: 'https://127.0.0.1/jwks.json', algorithms: ['RS256'] } },
    gone: { auth: { type: 'bearer', token: '{{$secrets.GONE}}' } },
    signed: { signature: { preset: 'github', secrets: [SECRET] } },
    limited: { rateLimit: { max: 1, perMs: 60_000 } },
    'by-expression': { dedupe: { expression: '$number("none")' } },
    typed: { schema: { type: 'object', required: ['a'] } },
    fails: {},
  }
  for (const [key, config] of Object.entries(webhooks))
    await deployWorkflow(
      test.app,
      key,
      { type: 'webhook', config },
      {
        enabled: key !== 'off',
        deployed: key !== 'never',
        sync: key === 'fails',
        nodes: key === 'fails' ? [{ key: 'end', type: 'end', config: { status: 'failure' } }] : [],
      },
    )
})
afterAll(() => test.stop())

async function call({ key, headers = {}, body = '{}', query = '', method = 'POST' }: Case) {
  const own = typeof headers === 'function' ? await headers() : headers
  return test.http.request(`/api/webhooks/${key}${query}`, { method, body, headers: { ...JSON_TYPE, ...own } })
}

describe('the table of refusals', () => {
  it.each(rows.filter(({ because }) => CASES[because]))('is true: $because', async (row) => {
    const { before, after, ...request } = CASES[row.because]!
    await before?.()
    const reply = await call(request)
    await after?.()
    const { errors } = (await reply.json()) as { errors: { code: string; message: string }[] }
    expect(`${reply.status} ${errors[0]!.code}`).toBe(`${row.status} ${row.code}`)
    if (row.message.endsWith('…')) expect(errors[0]!.message).toMatch(row.message.slice(0, -1))
    else expect(errors[0]!.message).toBe(row.message)
    if (row.header !== '') expect(reply.headers.get(row.header)).toBeTruthy()
    if (row.reason === '–' || row.reason.startsWith('none')) return
    await test.app.deliveries.flush()
    const { body } = await test.call('/api/webhooks:deliveries', { body: { workflow: request.key, limit: 1 } })
    expect(body.data).toMatchObject([{ outcome: 'rejected', reason: row.reason, status: row.status }])
  })

  it('has no row that nothing shows', () => {
    const shown = [...Object.keys(CASES), ...SHOWN_ELSEWHERE].sort()
    expect(rows.map(({ because }) => because).sort()).toEqual(shown)
  })

  it('has every reason that the code knows, and the page of signatures the others', () => {
    const documented = new Set([
      ...rows.map(({ reason }) => reason),
      ...tableOf('signatures.md', 'When one is refused').flatMap(([cell = '']) => cell.match(/[a-z_]{3,}/g) ?? []),
    ])
    const known = reasonsInCode()
    expect(known.size).toBeGreaterThan(25)
    expect([...known].filter((reason) => !documented.has(reason))).toEqual([])
  })
})

/** First arguments of `new Refusal`, the closed list of signatures, and all words with underscores where callers are checked. */
function reasonsInCode(): Set<string> {
  const read = (file: string) => readFileSync(path.join(import.meta.dirname, file), 'utf8')
  const sources = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  const refusals = sources.flatMap((file) =>
    [...read(file).matchAll(/new Refusal\(([^,]+),/g)].map(([, first]) => first!),
  )
  const signatures = /type RefusalReason =([^\n]*\n)+?\n/.exec(read('signatures/verdict.ts'))![0]
  const checks = ['basic', 'bearer', 'jwt', 'query-token', 'verdict'].map((file) => read(`authenticate/${file}.ts`))
  return new Set([
    ...[...refusals, signatures].flatMap((text) => [...text.matchAll(/'([a-z_]+)'/g)].map(([, word]) => word!)),
    ...checks.flatMap((text) => [...text.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map(([, word]) => word!)),
  ])
}
