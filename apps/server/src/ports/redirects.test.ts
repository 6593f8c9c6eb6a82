import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { HttpRequest } from '@ensue/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEgressGuard } from './egress/egress-guard.ts'
import { createHttpClient } from './http-client.ts'
import { nextHop } from './next-hop.ts'

interface Seen {
  method: string
  host: string
  path: string
  secret: string | undefined
  body: string
}

let server: Server
let port: number
let client: ReturnType<typeof createHttpClient>
let seen: Seen[] = []

/** `/<status>/<where to>`: redirects there. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', url: path = '', headers } = request
    seen.push({ method, host: headers.host ?? '', path, secret: headers['x-api-key']?.toString(), body })
    const [, status, target] = /^\/(30\d)\/(.*)$/.exec(path) ?? []
    if (path === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (status) response.writeHead(Number(status), { location: decodeURIComponent(target!) }).end('moved')
    else response.end('here')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as { port: number }).port
  const names = ['one.test', 'two.test']
  client = createHttpClient(
    createEgressGuard(names, async (name) => (names.includes(name) ? ['127.0.0.1'] : ['10.0.0.1'])),
  )
})
afterAll(async () => {
  await client.close()
  server.close()
})
beforeEach(() => {
  seen = []
})

const to = (status: number, target: string) => `/${status}/${encodeURIComponent(target)}`
function send(path: string, more: Partial<HttpRequest> = {}) {
  return client.request(
    {
      ...{ method: 'GET', url: `http://one.test:${port}${path}`, headers: { 'X-Api-Key': 'secret' } },
      ...{ timeoutMs: 5_000, maxBytes: 10_000, followRedirects: true, ...more },
    },
    new AbortController().signal,
  )
}

describe('a redirect', () => {
  it('is an answer unless redirects are followed', async () => {
    const response = await send(to(302, '/b'), { followRedirects: false })
    expect(response).toMatchObject({ status: 302, headers: { location: '/b' } })
    expect(seen).toHaveLength(1)
  })

  it('within the origin keeps the headers', async () => {
    expect((await send(to(302, '/b'))).status).toBe(200)
    expect(seen.map(({ path, secret }) => [path, secret])).toEqual([
      [to(302, '/b'), 'secret'],
      ['/b', 'secret'],
    ])
  })

  it('to another origin drops every header of the caller, for good', async () => {
    await send(to(302, `http://two.test:${port}${to(302, `http://one.test:${port}/end`)}`))
    expect(seen.map(({ host, secret }) => [host, secret])).toEqual([
      [`one.test:${port}`, 'secret'],
      [`two.test:${port}`, undefined],
      [`one.test:${port}`, undefined],
    ])
  })

  it.each([
    'http://127.0.0.1',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]',
    'http://2130706433/',
    'http://internal.test/',
  ])('to %s is refused like a request', async (target) => {
    await expect(send(to(302, target.replace(/^(http:\/\/127.0.0.1)$/, `$1:${port}`)))).rejects.toMatchObject({
      code: 'egress_refused',
    })
    expect(seen).toHaveLength(1)
  })

  it.each(['file:///etc/passwd', 'gopher://one.test', 'data:text/plain,x', 'http://user:pw@one.test/', 'http://[bad'])(
    'to %s is not followed',
    async (target) => {
      await expect(send(to(302, target))).rejects.toMatchObject({ code: 'http_bad_redirect' })
      expect(seen).toHaveLength(1)
    },
  )

  it('is followed three times', async () => {
    expect((await send(to(302, to(302, to(302, '/end'))))).status).toBe(200)
    await expect(send(to(302, to(302, to(302, to(302, '/end')))))).rejects.toMatchObject({ code: 'http_bad_redirect' })
  })

  it('in a loop ends', async () => {
    await expect(send('/loop')).rejects.toMatchObject({ code: 'http_bad_redirect' })
    expect(seen).toHaveLength(4)
  })

  it('repeats the request, or asks with GET, as its status says', async () => {
    const post = { method: 'POST', body: 'data' }
    for (const status of [301, 302, 303, 307, 308]) await send(to(status, '/b'), post)
    expect(seen.filter(({ path }) => path === '/b').map(({ method, body }) => `${method} ${body}`)).toEqual([
      ...['GET ', 'GET ', 'GET '],
      ...['POST data', 'POST data'],
    ])
  })

  it('does not take a body to another origin', async () => {
    const post = { method: 'POST', body: 'data' }
    await expect(send(to(307, `http://two.test:${port}/`), post)).rejects.toMatchObject({ code: 'http_bad_redirect' })
    expect(seen).toHaveLength(1)
  })
})

it('a hop from https to http is refused', () => {
  const hop = { method: 'GET', url: new URL('https://a.example/'), headers: {}, body: undefined }
  expect(() => nextHop(hop, 302, 'http://a.example/')).toThrow('https://a.example redirects from https to http')
  expect(nextHop(hop, 302, 'https://a.example/b')?.url.href).toBe('https://a.example/b')
  expect(nextHop(hop, 304, '/b')).toBeUndefined()
  expect(nextHop(hop, 302, undefined)).toBeUndefined()
})
