import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:tls'
import { brotliCompressSync, constants, createGzip, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { HttpRequest } from '@ensue/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEgressGuard } from './egress/egress-guard.ts'
import { createHttpClient } from './http-client.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
let port: number
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
let open = 0
const answers = new Map<string, Answer>()
let client: ReturnType<typeof createHttpClient>

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body })
    const answer = answers.get(request.url!.split('?')[0]!)
    if (answer) answer(request, response)
    else response.end('{"ok":true}')
  })
  server.on('connection', (socket) => {
    open += 1
    socket.on('close', () => {
      open -= 1
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as { port: number }).port
  const names: Record<string, string[]> = { 'one.test': ['127.0.0.1'], 'two.test': ['127.0.0.1'] }
  client = createHttpClient(
    createEgressGuard(
      ['one.test', `two.test:${port}`, `127.0.0.1:${port}`],
      async (name) => names[name] ?? ['10.0.0.1'],
    ),
  )
})
afterAll(async () => {
  await client.close()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen = []
  answers.clear()
})

function send(path: string, more: Partial<HttpRequest> = {}, signal = new AbortController().signal) {
  const url = path.startsWith('/') ? `http://127.0.0.1:${port}${path}` : path
  return client.request({ method: 'GET', url, headers: {}, timeoutMs: 5_000, maxBytes: 5_242_880, ...more }, signal)
}
const text = (body: Uint8Array) => Buffer.from(body).toString()

describe('a request', () => {
  it('goes to the vetted address with the name as Host', async () => {
    const response = await send(`http://one.test:${port}/a?b=1`, {
      method: 'POST',
      headers: { 'X-A': '1' },
      body: 'hi',
    })
    expect({ ...response, body: text(response.body) }).toMatchObject({ status: 200, body: '{"ok":true}' })
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/a?b=1',
        body: 'hi',
        headers: { host: `one.test:${port}`, 'x-a': '1', 'accept-encoding': 'gzip, br, zstd' },
      },
    ])
  })

  it('asks for the certificate of the name, at the vetted address', async () => {
    const asked: string[] = []
    const tls = createTlsServer({
      SNICallback(name, callback) {
        asked.push(name)
        callback(new Error('no certificate here'))
      },
    }).listen(0, '127.0.0.1')
    await once(tls, 'listening')
    const tlsPort = (tls.address() as { port: number }).port
    await expect(send(`https://one.test:${tlsPort}/`)).rejects.toMatchObject({ code: 'http_failed' })
    expect(asked).toEqual(['one.test'])
    tls.close()
  })

  it('is refused before anything is connected', async () => {
    const before = open
    for (const url of [
      `http://three.test:${port}`,
      `http://127.0.0.2:${port}`,
      `http://[::ffff:127.0.0.1]:${port + 1}`,
    ])
      await expect(send(url)).rejects.toMatchObject({ code: 'egress_refused' })
    expect(seen).toEqual([])
    expect(open).toBe(before)
  })

  it('ignores the proxies of the environment', async () => {
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'] as const
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${port}/proxy`
    try {
      await expect(send('http://three.test/')).rejects.toMatchObject({ code: 'egress_refused' })
      await send('/direct')
      expect(seen.map(({ url }) => url)).toEqual(['/direct'])
    } finally {
      for (const name of names) delete process.env[name]
    }
  })

  it('fails with a sentence that holds no address', async () => {
    const unused = createServer().listen(0, '127.0.0.1')
    await once(unused, 'listening')
    const closedPort = (unused.address() as { port: number }).port
    unused.close()
    await once(unused, 'close')
    const failure = await send(`http://one.test:${closedPort}`).catch((error) => error)
    expect(failure).toMatchObject({ code: 'http_failed', retryable: true })
    expect(failure.message).toBe(`GET http://one.test:${closedPort} failed: the connection was refused.`)
  })

  it('can not carry a second header in a value', async () => {
    for (const value of ['a\r\nX-B: 1', 'a\nb', 'a\0b', '金'])
      await expect(send('/', { headers: { 'X-A': value } })).rejects.toMatchObject({
        code: 'http_bad_request',
        retryable: false,
      })
    expect(seen).toEqual([])
  })
})

describe('a body', () => {
  const plain = JSON.stringify({ text: 'x'.repeat(2_000) })
  it.each([
    ['gzip', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ])('is inflated: %s', async (encoding, bytes) => {
    answers.set('/', (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bytes))
    const response = await send('/')
    expect(text(response.body)).toBe(plain)
    expect(response.headers).not.toHaveProperty('content-encoding')
  })

  it('may be missing under a coding', async () => {
    answers.set('/', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end())
    expect((await send('/', { method: 'HEAD' })).body).toHaveLength(0)
    expect((await send('/')).body).toHaveLength(0)
  })

  it.each([
    ['gzip', Buffer.from('no gzip at all')],
    ['br', Buffer.from('no brotli at all')],
    ['zstd', Buffer.from('no zstd at all')],
    ['gzip', gzipSync(plain).subarray(0, 30)],
    ['gzip, gzip, gzip', gzipSync(plain)],
    ['compress', Buffer.from('x')],
  ])('that is not what its coding (%s) says fails', async (encoding, bytes) => {
    answers.set('/', (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bytes))
    await expect(send('/')).rejects.toMatchObject({ code: 'http_bad_encoding' })
  })

  it('of 300 MB in 300 KB is cut at the limit, without taking the memory', async () => {
    const bomb = await gzipOfZeros(300)
    expect(bomb.length).toBeLessThan(320_000)
    answers.set('/', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    const before = process.memoryUsage.rss()
    await expect(send('/')).rejects.toMatchObject({ code: 'http_too_large', retryable: false })
    expect((process.memoryUsage.rss() - before) / 1_048_576).toBeLessThan(64)
  })

  it('in a bomb within a bomb is cut too', async () => {
    const bomb = gzipSync(await gzipOfZeros(300))
    expect(bomb.length).toBeLessThan(20_000)
    answers.set('/', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(bomb))
    await expect(send('/')).rejects.toMatchObject({ code: 'http_too_large' })
  })

  it('that never ends is cut at the limit, and its connection closed', async () => {
    answers.set('/', (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    const before = open
    await expect(send('/', { maxBytes: 100_000 })).rejects.toMatchObject({ code: 'http_too_large' })
    await expect.poll(() => open).toBeLessThanOrEqual(before)
  })

  it('of exactly the limit is taken', async () => {
    answers.set('/', (_, response) => response.end('x'.repeat(1_000)))
    expect((await send('/', { maxBytes: 1_000 })).body).toHaveLength(1_000)
    await expect(send('/', { maxBytes: 999 })).rejects.toMatchObject({ code: 'http_too_large' })
  })

  it('that drips is given up at the deadline', async () => {
    answers.set('/', (_, response) => {
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    })
    const began = performance.now()
    await expect(send('/', { timeoutMs: 200 })).rejects.toMatchObject({ code: 'http_timeout', retryable: true })
    expect(performance.now() - began).toBeLessThan(1_500)
  })
})

describe('time', () => {
  it('to the first byte has a limit of its own', async () => {
    answers.set('/', () => {})
    await expect(send('/', { timeoutMs: 30_000, firstByteTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'http_timeout',
      message: `http://127.0.0.1:${port} gave no first byte in time.`,
    })
  })

  it('ends at the signal of the node, also while the name is being resolved', async () => {
    const reason = new Error('canceled')
    answers.set('/', () => {})
    const asked = new AbortController()
    const answer = send('/', {}, asked.signal)
    await expect.poll(() => seen.length).toBe(1)
    asked.abort(reason)
    await expect(answer).rejects.toBe(reason)

    const resolving = createHttpClient(createEgressGuard([], () => new Promise(() => {})))
    const request = { method: 'GET', url: 'http://slow.test', headers: {}, maxBytes: 1_000 }
    await expect(resolving.request({ ...request, timeoutMs: 50 }, new AbortController().signal)).rejects.toMatchObject({
      code: 'http_timeout',
    })
    await resolving.close()
  })
})

describe('headers of a response', () => {
  it('are lower-case texts, whatever they are called', async () => {
    answers.set('/', (_, response) =>
      response
        .writeHead(200, [
          ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', '__proto__', 'x', 'constructor', 'y', 'X-B', 'é'],
        ])
        .end(),
    )
    const { headers } = await send('/')
    expect(headers).toMatchObject({ 'set-cookie': 'a=1, b=2', 'x-b': 'é' })
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype)
  })

  it('that are too large fail the request', async () => {
    answers.set('/', (_, response) => response.writeHead(200, { 'X-Large': 'x'.repeat(40_000) }).end())
    await expect(send('/')).rejects.toMatchObject({ code: 'http_failed' })
  })

  it('that are no HTTP fail the request', async () => {
    const raw = await import('node:net').then(({ createServer: create }) =>
      create((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')).listen(0, '127.0.0.1'),
    )
    await once(raw, 'listening')
    const rawPort = (raw.address() as { port: number }).port
    await expect(send(`http://one.test:${rawPort}`)).rejects.toMatchObject({ code: 'http_failed' })
    raw.close()
  })
})

it('is closed with what is under way', async () => {
  const closing = createHttpClient(createEgressGuard([`127.0.0.1:${port}`]))
  answers.set('/', () => {})
  const url = `http://127.0.0.1:${port}/`
  const answer = closing.request(
    { method: 'GET', url, headers: {}, timeoutMs: 5_000, maxBytes: 1_000 },
    new AbortController().signal,
  )
  const failed = expect(answer).rejects.toMatchObject({ code: 'http_failed' })
  await expect.poll(() => seen.length).toBe(1)
  await closing.close()
  await failed
})

async function gzipOfZeros(megabytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: constants.Z_BEST_COMPRESSION })
  const chunks: Buffer[] = []
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk))
  const zeros = Buffer.alloc(1_048_576)
  for (let i = 0; i < megabytes; i++) if (!gzip.write(zeros)) await once(gzip, 'drain')
  gzip.end()
  await once(gzip, 'end')
  return Buffer.concat(chunks)
}
