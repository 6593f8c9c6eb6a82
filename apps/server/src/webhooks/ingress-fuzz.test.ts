import { createHmac } from 'node:crypto'
import { Agent, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { JsonObject } from '@ensue/engine'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeHttp, serveHttp } from '../http/serve-http.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

const SECRET = 'canary-0f9d2c71b6a84e35'
const NAMED = '{{$secrets.CANARY}}'
const STANDARD = `whsec_${Buffer.alloc(32, SECRET).toString('base64')}`
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const BATCH = 12
const BATCHES = 300
const MAX_MS = 20_000

const signed = (preset: string, more: JsonObject = {}): JsonObject => ({
  signature: { preset, secrets: [preset === 'standard-webhooks' ? STANDARD : NAMED], ...more },
})
const encrypted = { encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', receiverId: 'corp' }
/** By key: the config of the trigger. */
const WEBHOOKS: Record<string, JsonObject> = {
  open: { methods: METHODS },
  'post-only': {},
  basic: { auth: { type: 'basic', username: 'fuzz', password: NAMED } },
  bearer: { auth: { type: 'bearer', token: NAMED, header: 'X-Api-Key' } },
  token: { methods: METHODS, auth: { type: 'query', name: 'token', token: NAMED } },
  jwt: { auth: { type: 'jwt', secret: NAMED } },
  github: signed('github'),
  gitlab: signed('gitlab'),
  stripe: signed('stripe'),
  slack: signed('slack'),
  shopify: signed('shopify'),
  twilio: signed('twilio'),
  standard: signed('standard-webhooks'),
  meta: signed('meta', { verifyToken: 'a verify token of some length' }),
  wecom: signed('wecom', encrypted),
  dingtalk: signed('dingtalk', encrypted),
  hmac: signed('hmac', {
    header: 'X-Signature',
    signed: '{timestamp}.{method}.{url}.{body}',
    timestampHeader: 'X-Time',
    echo: 'challenge',
  }),
  typed: { schema: { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } } },
  declared: {
    onlyDeclared: true,
    variables: { headers: ['X-A'], query: [{ path: 'a[0].b' }], body: [{ path: 'a.b' }] },
  },
  once: { methods: METHODS, dedupe: { header: 'X-Signature' } },
  'once-by-body': { dedupe: { expression: '{{$body.a}}' } },
  replying: {
    methods: METHODS,
    reply: { status: 202, headers: { 'X-A': '{{$body.a}}' }, body: { all: '{{$context}}' } },
  },
  office: { ipAllowlist: ['10.0.0.0/8'] },
  small: { maxBytes: 20 },
  off: {},
}
const ASYNC = ['replying', 'once', 'once-by-body', 'post-only', 'off']

let test: TestApp
let server: Server
let bearerOf: Record<string, string>
const agent = new Agent({ keepAlive: true, maxSockets: 32 })

beforeAll(async () => {
  test = await createTestApp({ PORT: '0', TRUST_PROXY: '1' })
  await test.call('/api/secrets:set', { body: { name: 'CANARY', value: SECRET } })
  const everything = [{ key: 'answer', type: 'response', config: { body: '{{$context}}' } }]
  for (const [key, config] of Object.entries(WEBHOOKS)) {
    const isAsync = ASYNC.includes(key)
    const options = { sync: !isAsync, enabled: key !== 'off', nodes: isAsync ? [] : everything }
    await deployWorkflow(test.app, key, { type: 'webhook', config }, options)
  }
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET))
  bearerOf = { jwt: token }
  server = await serveHttp(test.app, test.http)
})
afterAll(async () => {
  agent.destroy()
  await closeHttp(server)
  await test.stop()
})

interface Hostile {
  key: string
  prefix: string
  method: string
  query: string
  headers: [string, string][]
  type: string | undefined
  coding: string | undefined
  body: Buffer
  isChunked: boolean
  /** Whether credentials and signature are what they should be. */
  isRight: boolean
}

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
})
const headerValue = fc.oneof(
  visible,
  fc.constantFrom('', '__proto__', 'sha256=00', 't=1,v1=zz', 'v1,AAAA', '%ff', '\xff'),
)
const headerName = fc.constantFrom(
  ...[
    'X-Signature',
    'X-Hub-Signature-256',
    'X-GitHub-Delivery',
    'X-Gitlab-Token',
    'Stripe-Signature',
    'X-Slack-Signature',
  ],
  ...['X-Slack-Request-Timestamp', 'X-Shopify-Hmac-Sha256', 'X-Twilio-Signature', 'webhook-id', 'webhook-timestamp'],
  ...[
    'webhook-signature',
    'Authorization',
    'X-Api-Key',
    'Cookie',
    'X-A',
    'X-Time',
    'X-Forwarded-For',
    'X-Request-Id',
    'sign',
  ],
  ...['X-HTTP-Method-Override', '__proto__', 'constructor', 'Set-Cookie', 'Origin', 'Accept'],
)
const query = fc.oneof(
  fc.constantFrom(
    '',
    '__proto__[polluted]=1',
    'constructor[prototype][polluted]=1',
    'a[0][b]=1&a[0][b]=2',
    'token=wrong&token=twice',
  ),
  fc.constantFrom('hub.mode=subscribe&hub.challenge=<b>&hub.verify_token=x', 'challenge=<script>alert(1)</script>'),
  fc.constantFrom('msg_signature=x&timestamp=1&nonce=2&echostr=<script>', `a${'[b]'.repeat(80)}=1`, 'a&'.repeat(1_100)),
  visible,
  visible.map((text) => `a=${encodeURIComponent(text)}&%zz=%ff`),
)
const contentType = fc.oneof(
  fc.constantFrom(
    'application/json',
    'APPLICATION/JSON ; charset="utf-8"',
    'application/x-www-form-urlencoded',
    'text/xml',
  ),
  fc.constantFrom(
    'multipart/form-data; boundary=b',
    'multipart/form-data',
    'text/plain; charset=latin1',
    'text/html',
    'image/png',
  ),
  fc.constantFrom(
    'multipart/mixed; boundary=b',
    'application/json, text/html',
    'text/plain; charset=utf-7',
    'x',
    undefined,
  ),
  visible,
)
const PART = 'Content-Disposition: form-data; name='
const body = fc
  .oneof(
    { weight: 4, arbitrary: fc.json({ maxDepth: 6 }) },
    {
      weight: 2,
      arbitrary: fc
        .dictionary(fc.constantFrom('a', '__proto__', 'constructor', 'b'), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
    },
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }),
    query,
    fc.string().map((text) => `<a b="1">${text}</a>`),
    fc
      .string()
      .map((text) => `--b\r\n${PART}"a[${text}]"\r\n\r\n${text}\r\n--b\r\n${PART}"f"; filename="x"\r\n\r\n1\r\n--b--`),
    fc.constantFrom(
      '{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}',
      '"\\ud800\\u0000"',
      '[1e999]',
      '<!DOCTYPE a><a/>',
    ),
    fc.constantFrom(
      '',
      '{"type":"url_verification","challenge":"<script>"}',
      '['.repeat(5_000),
      '<a>'.repeat(100),
      '{"a":1}',
    ),
  )
  .map((content) => Buffer.from(content as string))
const hostile: fc.Arbitrary<Hostile> = fc.record({
  key: fc.constantFrom(...Object.keys(WEBHOOKS), 'zz-unknown', '%zz', 'open/..', 'open%00'),
  prefix: fc.constantFrom('/api/webhooks/', '/api/webhook:trigger/', 'http://elsewhere.example/api/webhooks/'),
  method: fc.oneof(
    { weight: 5, arbitrary: fc.constant('POST') },
    fc.constantFrom(...METHODS, 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'),
  ),
  query,
  headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 6 }),
  type: contentType,
  coding: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    fc.constantFrom('gzip', 'br', 'deflate', 'broken gzip', 'gzip, br', 'x-unknown'),
  ),
  body,
  isChunked: fc.boolean(),
  isRight: fc.boolean(),
})

const hmac = (text: string | Buffer, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', SECRET).update(text).digest(encoding)

/** What the webhook wants to see of a caller it knows. */
function credentialsOf({ key, body }: Hostile): [string, string][] {
  const seconds = Math.floor(Date.now() / 1_000)
  switch (key) {
    case 'basic':
      return [['Authorization', `Basic ${btoa(`fuzz:${SECRET}`)}`]]
    case 'bearer':
      return [['X-Api-Key', SECRET]]
    case 'jwt':
      return [['Authorization', `Bearer ${bearerOf.jwt}`]]
    case 'github':
    case 'meta':
      return [['X-Hub-Signature-256', `sha256=${hmac(body)}`]]
    case 'gitlab':
      return [['X-Gitlab-Token', SECRET]]
    case 'stripe':
      return [['Stripe-Signature', `t=${seconds},v1=${hmac(`${seconds}.${body.toString()}`)}`]]
    case 'shopify':
      return [['X-Shopify-Hmac-Sha256', hmac(body, 'base64')]]
    case 'slack':
      return [
        ['X-Slack-Request-Timestamp', String(seconds)],
        ['X-Slack-Signature', `v0=${hmac(Buffer.concat([Buffer.from(`v0:${seconds}:`), body]))}`],
      ]
    default:
      return []
  }
}

function packed({ coding, body }: Hostile): Buffer {
  if (coding === 'gzip') return gzipSync(body)
  if (coding === 'br') return brotliCompressSync(body)
  return coding === 'deflate' ? deflateSync(body) : body
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

function ask(hostile: Hostile): Promise<Answer> {
  const { key, prefix, method, query, type, coding, isChunked, isRight } = hostile
  const own = isRight ? credentialsOf(hostile) : []
  const names = new Set(own.map(([name]) => name))
  const sent = packed(hostile)
  const headers = [
    ['Host', 'localhost'],
    ...hostile.headers.filter(([name]) => !isRight || !names.has(name)),
    ...own,
    ...(type === undefined ? [] : [['Content-Type', type]]),
    ...(coding === undefined ? [] : [['Content-Encoding', coding.replace('broken ', '')]]),
    isChunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(sent.length)],
  ]
  const token = key === 'token' && isRight ? `token=${SECRET}&` : ''
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const path = `${prefix}${key}${query || token ? '?' : ''}${token}${query}`
    const asked = send({ port, method, path, headers: headers.flat(), agent, setHost: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close an idle connection in the moment in which it is used again; a client sends anew then.
      if (asked.reusedSocket && error.code === 'ECONNRESET') ask(hostile).then(resolve, reject)
      else reject(error)
    })
    asked.end(sent)
  })
}

async function recordedSince(id: string | undefined): Promise<{ id: string; workflow: string; outcome: string }[]> {
  await test.app.deliveries.flush()
  const { body } = await test.call('/api/webhooks:deliveries', { body: { limit: 200, ...(id ? { since: id } : {}) } })
  return body.data
}

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).join()

function checkAnswer(hostile: Hostile, { status, headers, text }: Answer): void {
  expect(status).toBeLessThan(500)
  expect(headers['x-request-id']).toBeTruthy()
  // Nothing that came in goes out as something a browser would run.
  expect(headers['content-type'] ?? 'text/plain').toMatch(/^(application\/json|text\/plain)/)
  if (status !== 204) expect(headers['x-content-type-options']).toBe('nosniff')
  if (status >= 400 && hostile.method !== 'HEAD') {
    const { errors, requestId } = JSON.parse(text)
    expect(errors[0]).toEqual(
      expect.objectContaining({ code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/\S \S/) }),
    )
    expect(requestId).toBe(headers['x-request-id'])
  }
  expect(text).not.toContain(SECRET)
  expect(text).not.toMatch(/node_modules|\.ts:\d+|ensue\.\w+_/)
}

it('answers anything with less than 500, records it once, leaks and keeps nothing, and goes on', async () => {
  let last: string | undefined
  const outcomes = new Set<string>()
  const property = fc.asyncProperty(fc.array(hostile, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
    const answers = await Promise.all(batch.map(ask))
    for (const [index, answer] of answers.entries())
      try {
        checkAnswer(batch[index]!, answer)
      } catch (error) {
        throw new Error(`${JSON.stringify({ ...batch[index], body: String(batch[index]!.body) })}`, { cause: error })
      }
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(PROTOTYPE)
    const recorded = await recordedSince(last)
    last = recorded[0]?.id ?? last
    // OPTIONS is answered by what is on, and not recorded; neither is what no workflow is found for.
    const known = batch
      .filter(({ key, method }) => WEBHOOKS[key] && (method !== 'OPTIONS' || key === 'off'))
      .map(({ key }) => key)
    expect(recorded.map(({ workflow }) => workflow).sort()).toEqual(known.sort())
    for (const { outcome } of recorded) outcomes.add(outcome)
  })
  await fc.assert(property, { numRuns: BATCHES, interruptAfterTimeLimit: MAX_MS, endOnFailure: true })
  const reply = await ask({
    ...{ key: 'open', prefix: '/api/webhooks/', method: 'POST', query: '', headers: [], type: 'application/json' },
    ...{ coding: undefined, body: Buffer.from('{"still":"here"}'), isChunked: false, isRight: true },
  })
  expect(JSON.parse(reply.text).data).toEqual({ still: 'here' })
  // It would say little if all had been refused.
  expect([...outcomes].sort()).toEqual(expect.arrayContaining(['accepted', 'duplicate', 'handshake', 'rejected']))
}, 60_000)
