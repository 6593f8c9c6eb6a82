import { describe, expect, test } from 'vitest'
import type { HttpResponse } from '../ports.ts'
import { createMemoryPorts, createNodeContext, httpResponse, runNode } from '../testing/index.ts'
import { httpNode } from './http.ts'
import { validateConfig } from './validate-config.ts'

const url = 'https://api.example.com/orders?a=1'

async function send(config: object, response: HttpResponse = httpResponse(200, { ok: true })) {
  const ports = createMemoryPorts({ http: () => response })
  const outcome = await runNode(httpNode, { url, ...config }, ports)
  return { outcome, request: ports.requests[0]! }
}

const bytes = (response: string | number[], type?: string): HttpResponse => ({
  status: 200,
  headers: type ? { 'content-type': type } : {},
  body: typeof response === 'string' ? new TextEncoder().encode(response) : new Uint8Array(response),
})

describe('the request', () => {
  test('adds the query to the URL', async () => {
    const { request } = await send({ query: { b: [1, 'x y'], c: null, d: true } })
    expect(request).toMatchObject({
      method: 'GET',
      url: 'https://api.example.com/orders?a=1&b=1&b=x+y&d=true',
      timeoutMs: 5_000,
    })
    expect(request.headers).toEqual({})
  })

  test.each([
    ['json', { a: [1] }, '{"a":[1]}', 'application/json'],
    ['form', { a: 1, b: ['x', 'y'] }, 'a=1&b=x&b=y', 'application/x-www-form-urlencoded'],
    ['text', 7, '7', 'text/plain; charset=utf-8'],
    ['xml', '<a/>', '<a/>', 'application/xml; charset=utf-8'],
    ['binary', 'AAE=', new Uint8Array([0, 1]), 'application/octet-stream'],
  ])('sends a %s body', async (type, value, body, contentType) => {
    const { request } = await send({ method: 'post', body: { type, value } })
    expect(request.body).toEqual(body)
    expect(request.headers).toEqual({ 'Content-Type': contentType, 'Idempotency-Key': 'e1-node' })
  })

  test('keeps the content type and the key that are given', async () => {
    const headers = { 'content-type': 'application/vnd.api+json', 'idempotency-key': 'mine' }
    expect((await send({ method: 'POST', headers, body: { type: 'json', value: 1 } })).request.headers).toEqual(headers)
  })

  test('sends a key that any server can read', async () => {
    const ports = createMemoryPorts()
    await runNode(httpNode, { method: 'DELETE', url }, ports, { idempotencyKey: 'e1-支付[1]' })
    expect(ports.requests[0]?.headers['Idempotency-Key']).toBe('e1-%E6%94%AF%E4%BB%98[1]')
  })

  test('refuses an address that is no web address', async () => {
    for (const bad of ['file:///etc/passwd', 'nowhere', 'javascript:alert(1)'])
      await expect(send({ url: bad })).rejects.toMatchObject({ code: 'http_bad_url' })
  })

  test('refuses a body that does not fit its type', async () => {
    const form = { method: 'POST', body: { type: 'form', value: [1] } }
    await expect(send(form)).rejects.toMatchObject({ code: 'http_bad_body' })
  })
})

describe('the response', () => {
  test.each([
    ['JSON', bytes('{"a":1}', 'application/problem+json; charset=utf-8'), { a: 1 }],
    ['JSON that is none as text', bytes('oops', 'application/json'), 'oops'],
    ['text', bytes('7', 'text/plain'), '7'],
    ['text in its charset', bytes([0xe9], 'text/plain; charset=iso-8859-1'), 'é'],
    ['bytes as base64', bytes([0, 255], 'image/png'), 'AP8='],
    ['untyped JSON', bytes('[1]'), [1]],
    ['untyped text', bytes('hello'), 'hello'],
    ['untyped bytes as base64', bytes([255]), '/w=='],
    ['nothing as null', bytes('', 'application/json'), null],
  ])('is read as %s', async (_, response, body) => {
    expect((await send({}, response)).outcome).toMatchObject({ output: { status: 200, body } })
  })

  test('is read as asked', async () => {
    const response = bytes('{"a":1}', 'application/json')
    expect((await send({ response: 'text' }, response)).outcome).toMatchObject({ output: { body: '{"a":1}' } })
    expect((await send({ response: 'base64' }, response)).outcome).toMatchObject({ output: { body: 'eyJhIjoxfQ==' } })
    await expect(send({ response: 'json' }, bytes('oops'))).rejects.toMatchObject({ code: 'http_bad_json' })
  })

  test('fails the node from status 400 on, retryable where it may pass', async () => {
    await expect(send({}, httpResponse(404, null))).rejects.toMatchObject({ code: 'http_status', retryable: false })
    await expect(send({}, httpResponse(503, null))).rejects.toMatchObject({ retryable: true, retryAfterMs: undefined })
    expect((await send({ failOnStatus: false }, httpResponse(404, 'no'))).outcome).toMatchObject({
      output: { status: 404, body: 'no' },
    })
  })

  test('tells when to try again, by seconds or by date', async () => {
    const after = (value: string) => send({}, httpResponse(429, null, { 'retry-after': value }))
    await expect(after('7')).rejects.toMatchObject({ retryAfterMs: 7_000 })
    await expect(after('Tue, 01 Jan 2030 00:00:09 GMT')).rejects.toMatchObject({ retryAfterMs: 9_000 })
    await expect(after('soon')).rejects.toMatchObject({ retryAfterMs: undefined })
  })

  test('is logged when it fails the node', async () => {
    const ports = createMemoryPorts({ http: () => httpResponse(400, 'bad sku') })
    const context = createNodeContext({ ports })
    await expect(httpNode.run(httpNode.config.parse({ url }), context)).rejects.toThrow('400')
    expect(context.lines).toEqual(['Body of the 400 answer: bad sku'])
  })
})

test('is sent again after a crash unless it is a PATCH or told otherwise', () => {
  const afterCrash = httpNode.traits.afterCrash!
  for (const method of ['GET', 'PUT', 'DELETE', 'POST']) expect(afterCrash({ method })).toBe('retry')
  expect(afterCrash({ method: 'patch' })).toBe('fail')
  expect(afterCrash({ method: 'PATCH', afterCrash: 'retry' })).toBe('retry')
  expect(afterCrash({ method: 'GET', afterCrash: 'fail' })).toBe('fail')
})

test.each([
  [{}, 'url'],
  [{ url, method: 'TRACE' }, 'method'],
  [{ url, timeoutMs: 300_001 }, 'timeoutMs'],
  [{ url, headers: { Host: 'internal' } }, 'headers.Host'],
  [{ url, headers: { 'X-A': 'a\r\nb' } }, 'headers.X-A'],
  [{ url, body: { type: 'json', value: 1 } }, 'body'],
  [{ url, method: 'POST', body: { type: 'pdf' } }, 'body.type'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(httpNode, config)).toMatchObject([{ path }])
})
