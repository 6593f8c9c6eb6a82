import { once } from 'node:events'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { exchange, openRaw, type RawReply, request } from '../raw-http.ts'
import { eventually, startServer, type TestServer } from '../start-server.ts'
import { deployWebhook } from '../webhooks.ts'

const JSON_TYPE = 'Content-Type: application/json'
const HEAD = `POST /api/webhooks/echo HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}\r\n`
let server: TestServer
let ensue: Awaited<ReturnType<TestServer['signIn']>>

beforeAll(async () => {
  server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `sockets_${process.pid}`) })
  ensue = await server.signIn()
  const echo = [{ key: 'echo', type: 'response', config: { body: '{{$body}}' } }]
  await deployWebhook(ensue, 'echo', { config: { methods: ['GET', 'POST'] }, sync: true, nodes: echo })
  for (const key of ['slow', 'cut', 'large']) await deployWebhook(ensue, key)
  await deployWebhook(ensue, 'once', { config: { dedupe: { header: 'X-Delivery' } } })
  const token = 'a token of some length'
  await deployWebhook(ensue, 'bearer', { config: { auth: { type: 'bearer', token } } })
  await deployWebhook(ensue, 'github', { config: { signature: { preset: 'github', secrets: [token] } } })
})
afterAll(() => server?.stop())

const echo = (body: string) => request('POST /api/webhooks/echo', [JSON_TYPE], body)
/** Every refusal is JSON with code, sentence and request id. */
function expectRefusal(reply: RawReply, status: number, code: string) {
  expect(reply.status, reply.body).toBe(status)
  expect(JSON.parse(reply.body)).toEqual({
    errors: [expect.objectContaining({ code, message: expect.stringMatching(/^[A-Z].+\.$/s) })],
    requestId: expect.stringMatching(/./),
  })
}
const refusals = async (workflow: string) => (await ensue.webhooks.deliveries({ workflow, outcome: 'rejected' })).data

describe('a request that is malformed', () => {
  const get = (headers: string[], line = 'GET /api/webhooks/echo') => request(line, headers)
  it.each<[string, string | Buffer, number, string]>([
    ['no HTTP', 'hello\r\n\r\n', 400, 'invalid_input'],
    ['TLS', Buffer.from([0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1]), 400, 'invalid_input'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'invalid_input'],
    [
      'length and chunks',
      `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'invalid_input',
    ],
    ['two lengths', `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 400, 'invalid_input'],
    ['a negative length', `${HEAD}Content-Length: -3\r\n\r\nabc`, 400, 'invalid_input'],
    ['a length of letters', `${HEAD}Content-Length: 0x3\r\n\r\nabc`, 400, 'invalid_input'],
    ['a length without end', `${HEAD}Content-Length: ${'9'.repeat(40)}\r\n\r\nabc`, 400, 'invalid_input'],
    ['another transfer coding', `${HEAD}Transfer-Encoding: gzip\r\n\r\nabc`, 400, 'invalid_input'],
    ['chunked, then another', `${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\nabc`, 400, 'invalid_input'],
    ['a chunk that is none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc`, 400, 'invalid_input'],
    ['a header that is folded', get(['X: a\r\n b']), 400, 'invalid_input'],
    ['lines without CR', 'GET /api/webhooks/echo HTTP/1.1\nHost: a\n\n', 400, 'invalid_input'],
    ['a space before a colon', get(['X : a']), 400, 'invalid_input'],
    ['U+0000 in a header', get(['X: a\0b']), 400, 'invalid_input'],
    ['U+0000 in the target', get([], 'GET /api/webhooks/echo?a=\0'), 400, 'invalid_input'],
    ['a byte in the target', get([], 'GET /api/webhooks/echo?a=\xe9'), 400, 'invalid_input'],
    ['a method in small letters', get([], 'get /api/webhooks/echo'), 400, 'invalid_input'],
    ['an unknown method', get([], 'BREW /api/webhooks/echo'), 400, 'invalid_input'],
    ['no target', get([], 'GET *'), 400, 'invalid_input'],
    ['a target without slash', get([], 'GET api/webhooks/echo'), 400, 'invalid_input'],
    ['a target with backslashes', get([], 'GET /api\\webhooks\\echo'), 400, 'invalid_input'],
    ['an absolute target without host', get([], 'GET http://[/api/webhooks/echo'), 400, 'invalid_input'],
    ['a host that is none', 'GET /api/webhooks/echo HTTP/1.1\r\nHost: a b<>\r\n\r\n', 400, 'invalid_input'],
    ['a tunnel', get([], 'CONNECT localhost:80'), 405, 'method_not_allowed'],
    ['another expectation', get(['Expect: a-miracle']), 417, 'invalid_input'],
    ['3,000 headers', get(Array.from({ length: 3_000 }, (_, n) => `X${n}: 1`)), 431, 'payload_too_large'],
    ['a long header', get([`X: ${'a'.repeat(20_000)}`]), 431, 'payload_too_large'],
    ['100,000 parameters', get([], `GET /api/webhooks/echo?${'a&'.repeat(100_000)}`), 431, 'payload_too_large'],
    ['7,000 parameters', get([], `GET /api/webhooks/echo?${'a&'.repeat(7_000)}`), 400, 'invalid_input'],
    [
      'a chunk with a long extension',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`,
      413,
      'payload_too_large',
    ],
  ])('is refused: %s', async (_, bytes, status, code) => {
    expectRefusal(await exchange(server.url, bytes), status, code)
  })

  it('leaves the answer of the one before it in the pipeline alone', async () => {
    const connection = await openRaw(server.url)
    connection.send(Buffer.concat([echo('{"n":1}'), echo('{"n":2}'), Buffer.from('hello\r\n\r\n')]))
    await connection.closed()
    for (const status of connection.received().match(/HTTP\/1.1 \d+/g) ?? []) expect(status).toMatch(/ (200|400)$/)
    expect((await exchange(server.url, echo('{"n":3}'))).body).toBe('{"n":3}')
  })
})

describe('a target', () => {
  it.each([
    ['absolute', 'POST http://elsewhere.example/api/webhooks/echo'],
    ['with dots', 'POST /api/x/../webhooks/echo'],
    ['with encoded dots', 'POST /api/x/%2e%2e/webhooks/echo'],
  ])('is understood as what it means: %s', async (_, line) => {
    expect(await exchange(server.url, request(line, [JSON_TYPE], '{"a":1}'))).toMatchObject({
      status: 200,
      body: '{"a":1}',
    })
    if (!line.includes('http')) return
    // The made-up host is not kept.
    const { data } = await ensue.webhooks.deliveries({ workflow: 'echo', limit: 1 })
    expect(data[0]!.path).toBe('/api/webhooks/echo')
  })

  it.each(['//api/webhooks/echo', '/api/webhooks/%zz', '/api/webhooks/%ff', '/api/webhooks/echo%00', '/api/webhooks/'])(
    'is not found: %s',
    async (target) => {
      expectRefusal(await exchange(server.url, request(`POST ${target}`, [JSON_TYPE], '{}')), 404, 'not_found')
    },
  )
})

describe('a header that is there twice', () => {
  it.each([
    ['once', 'X-Delivery: a', 'X-Delivery: b', 400, 'delivery_id_repeated'],
    ['once', 'X-Delivery: a', 'x-delivery: a', 400, 'delivery_id_repeated'],
    ['bearer', 'Authorization: Bearer a token of some length', 'Authorization: Bearer x', 401, 'credentials_repeated'],
    ['github', 'X-Hub-Signature-256: sha256=00', 'X-Hub-Signature-256: sha256=01', 401, 'signature_duplicate'],
  ])('is not guessed at: %s, %s', async (key, first, second, status, reason) => {
    const reply = await exchange(server.url, request(`POST /api/webhooks/${key}`, [JSON_TYPE, first, second], '{}'))
    expectRefusal(reply, status, status === 400 ? 'invalid_input' : 'unauthorized')
    await eventually(
      () => refusals(key),
      ([newest]) => newest?.reason === reason,
    )
  })
})

describe('a body', () => {
  it('that says it is too large is refused before any of it comes', async () => {
    const connection = await openRaw(server.url)
    connection.send(
      `POST /api/webhooks/large HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}\r\nContent-Length: 9999999999\r\n\r\n`,
    )
    const [reply] = await connection.replies(1, 2_000)
    expectRefusal(reply!, 413, 'payload_too_large')
    await connection.closed(5_000)
    await eventually(
      () => refusals('large'),
      ([newest]) => newest?.reason === 'payload_too_large' && newest.status === 413 && newest.bodyBytes === 0,
    )
  })

  it('in chunks is refused at the limit, however much would follow', async () => {
    const connection = await openRaw(server.url)
    connection.send(
      `POST /api/webhooks/large HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')])
    let sent = 0
    while (!connection.received().includes('\r\n\r\n') && sent < 512) {
      sent += 1
      // Nobody reads any more: neither does the socket drain, nor is the end of it an error here.
      if (!connection.socket.write(chunk)) await Promise.race([once(connection.socket, 'drain'), connection.closed()])
      await new Promise((resolve) => setImmediate(resolve))
    }
    const [reply] = await connection.replies(1)
    expectRefusal(reply!, 413, 'payload_too_large')
    await connection.closed()
    expect(sent).toBeLessThan(512)
  })

  it('that breaks off is in the inbox with what came of it', async () => {
    const connection = await openRaw(server.url)
    connection.send(`POST /api/webhooks/cut HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}\r\nContent-Length: 100\r\n\r\n{"a":`)
    await connection.replies(1, 200).catch(() => {})
    connection.socket.destroy()
    await eventually(
      () => refusals('cut'),
      ([newest]) => newest?.reason === 'invalid_input' && newest.message === 'The request broke off.',
    )
  })

  it('of one that has closed its half is answered', async () => {
    const connection = await openRaw(server.url)
    connection.socket.end(echo('{"half":true}'))
    expect((await connection.replies(1))[0]).toMatchObject({ status: 200, body: '{"half":true}' })
    await connection.closed()
  })

  it('each of a hundred in one pipeline gets its answer, in order', async () => {
    const connection = await openRaw(server.url)
    const bodies = Array.from({ length: 100 }, (_, n) => `{"n":${n}}`)
    connection.send(Buffer.concat(bodies.map(echo)))
    expect((await connection.replies(100)).map(({ body }) => body)).toEqual(bodies)
    connection.socket.destroy()
  })

  it('that follows a refused one on the same connection is read', async () => {
    const connection = await openRaw(server.url)
    connection.send(Buffer.concat([request('PUT /api/webhooks/echo', [JSON_TYPE], '{"a":1}'), echo('{"b":2}')]))
    const replies = await connection.replies(2)
    expect(replies.map(({ status }) => status)).toEqual([405, 200])
    connection.socket.destroy()
  })
})

describe('a client that takes its time', () => {
  it.concurrent('over the headers is cut off', async () => {
    const connection = await openRaw(server.url)
    const drip = setInterval(() => connection.send('X: 1\r\n'), 500)
    connection.send('POST /api/webhooks/slow HTTP/1.1\r\nHost: a\r\n')
    try {
      expect(await connection.closed(20_000)).toBeLessThan(15_000)
      expectRefusal((await connection.replies(1))[0]!, 408, 'timeout')
    } finally {
      clearInterval(drip)
    }
  })

  it.concurrent('over the body is answered 408, recorded, and cut off', async () => {
    const connection = await openRaw(server.url)
    connection.send(`POST /api/webhooks/slow HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}\r\nContent-Length: 1000\r\n\r\n`)
    const drip = setInterval(() => connection.send('x'), 500)
    try {
      const [reply] = await connection.replies(1, 15_000)
      expectRefusal(reply!, 408, 'timeout')
      expect(await connection.closed(15_000)).toBeLessThan(13_000)
      await eventually(
        () => refusals('slow'),
        ([newest]) => newest?.reason === 'timeout' && newest.status === 408,
      )
    } finally {
      clearInterval(drip)
    }
  })

  it.concurrent('keeps nobody else from being answered, a thousand of them either', async () => {
    const connections = await Promise.all(Array.from({ length: 1_000 }, () => openRaw(server.url)))
    for (const { send } of connections) send(`${HEAD}Content-Length: 1000\r\n\r\n{`)
    const startedAt = performance.now()
    expect((await exchange(server.url, echo('{"quick":1}'))).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await Promise.all(connections.map(({ closed }) => closed(25_000)))
    for (const { replies } of connections) expect((await replies(1))[0]!.status).toBe(408)
  })
})
