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

  test('sends a multipart body with fields and files, quoted as browsers do', async () => {
    const value = {
      note: 'a\r\nb',
      tags: ['x', 'y'],
      nothing: null,
      more: { a: 1 },
      'in"voice': { name: 'r"1\r\n.txt', type: 'text/plain; charset=utf-8', size: 2, base64: 'aGk=' },
      raw: { base64: 'AP8=' },
    }
    const headers = { 'content-type': 'multipart/form-data' }
    const { request } = await send({ method: 'POST', headers, body: { type: 'multipart', value } })
    const [, boundary] = /^multipart\/form-data; boundary=(ensue-[\w-]{36})$/.exec(request.headers['Content-Type']!)!
    expect(Object.keys(request.headers)).toEqual(['Content-Type', 'Idempotency-Key'])
    const parts = Buffer.from(request.body as Uint8Array)
      .toString('latin1')
      .split(`--${boundary}`)
    expect(parts).toEqual([
      '',
      '\r\nContent-Disposition: form-data; name="note"\r\n\r\na\r\nb\r\n',
      '\r\nContent-Disposition: form-data; name="tags"\r\n\r\nx\r\n',
      '\r\nContent-Disposition: form-data; name="tags"\r\n\r\ny\r\n',
      '\r\nContent-Disposition: form-data; name="more"\r\n\r\n{"a":1}\r\n',
      '\r\nContent-Disposition: form-data; name="in%22voice"; filename="r%221%0D%0A.txt"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhi\r\n',
      '\r\nContent-Disposition: form-data; name="raw"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n\x00\xff\r\n',
      '--\r\n',
    ])
  })

  test('carries its credential, in place of a header of the same name', async () => {
    const ports = createMemoryPorts({
      secrets: [
        { name: 'CRM', kind: 'http', value: { type: 'bearer', token: 't1' } },
        { name: 'KEYED', kind: 'http', value: { type: 'header', name: 'X-Key', value: 'k1' } },
        { name: 'WRONG', kind: 'http', value: { type: 'header', name: 'Host', value: 'internal' } },
        { name: 'TEXT', kind: 'text', value: 'x' },
      ],
    })
    await runNode(httpNode, { url, credential: 'CRM', headers: { authorization: 'mine' } }, ports)
    await runNode(httpNode, { url, credential: 'KEYED' }, ports)
    expect(ports.requests.map(({ headers }) => headers)).toEqual([{ Authorization: 'Bearer t1' }, { 'X-Key': 'k1' }])
    for (const credential of ['TEXT', 'NONE'])
      await expect(runNode(httpNode, { url, credential }, ports)).rejects.toMatchObject({ code: 'unknown_credential' })
    await expect(runNode(httpNode, { url, credential: 'WRONG' }, ports)).rejects.toMatchObject({
      code: 'http_bad_request',
      path: 'credential',
    })
  })

  test('is signed with an id that is the same in every attempt and holds no dot', async () => {
    const ports = createMemoryPorts()
    const config = { url, method: 'POST', sign: { secret: 'whsec_x' } }
    await runNode(httpNode, config, ports, { idempotencyKey: 'e1-loop[0].call' })
    expect(ports.requests[0]).toMatchObject({ sign: { id: 'e1-loop[0]%2Ecall', secret: 'whsec_x' } })
    for (const _ of [1, 2]) await runNode(httpNode, config, ports, { idempotencyKey: `e1-${'支付.'.repeat(50)}` })
    const [, long, again] = ports.requests
    expect(long?.sign?.id).toMatch(/^[0-9a-f]{64}$/)
    expect(again?.sign?.id).toBe(long?.sign?.id)
  })

  test('says how long and how much, and whether redirects are followed', async () => {
    expect((await send({})).request).toMatchObject({ timeoutMs: 5_000, maxBytes: 5_242_880, followRedirects: false })
    const more = { timeoutMs: 60_000, firstByteTimeoutMs: 1_000, maxResponseBytes: 100, followRedirects: true }
    const { maxResponseBytes: maxBytes, ...same } = more
    expect((await send(more)).request).toMatchObject({ ...same, maxBytes })
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
    for (const bad of [
      'file:///etc/passwd',
      'nowhere',
      'javascript:alert(1)',
      'https://user:pw@a.example',
      'https://user@a.example',
    ])
      await expect(send({ url: bad })).rejects.toMatchObject({ code: 'http_bad_url' })
  })

  test('refuses a body that does not fit its type', async () => {
    for (const body of [
      { type: 'form', value: [1] },
      { type: 'multipart', value: 'x' },
      { type: 'multipart', value: { file: { base64: '*' } } },
      { type: 'multipart', value: { file: { base64: '', type: 'a/b\r\nX: 1' } } },
      { type: 'binary', value: '*' },
    ])
      await expect(send({ method: 'POST', body })).rejects.toMatchObject({ code: 'http_bad_body' })
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
    for (const bad of ['soon', '1.5', '-3', '2030'])
      await expect(after(bad)).rejects.toMatchObject({ retryAfterMs: bad === '2030' ? 2_030_000 : undefined })
    for (const long of ['999999999', 'Tue, 01 Jan 2099 00:00:09 GMT'])
      await expect(after(long)).rejects.toMatchObject({ retryAfterMs: 3_600_000 })
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
  [{ url, headers: { 'proxy-connection': 'x' } }, 'headers.proxy-connection'],
  [{ url, headers: { 'Proxy-Anything': 'x' } }, 'headers.Proxy-Anything'],
  [{ url, headers: { 'Transfer-Encoding': 'chunked' } }, 'headers.Transfer-Encoding'],
  [{ url, headers: { 'X A': 'x' } }, 'headers.X A'],
  [{ url, headers: { 'X-A': 'a\r\nb' } }, 'headers.X-A'],
  [{ url, headers: { 'X-A': 'a\0b' } }, 'headers.X-A'],
  [{ url, headers: { 'X-A': '金' } }, 'headers.X-A'],
  [{ url, credential: '{{$context.data.which}}' }, 'credential'],
  [{ url, maxResponseBytes: 26_214_401 }, 'maxResponseBytes'],
  [{ url, firstByteTimeoutMs: 300_001 }, 'firstByteTimeoutMs'],
  [{ url, body: { type: 'json', value: 1 } }, 'body'],
  [{ url, method: 'POST', body: { type: 'pdf' } }, 'body.type'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(httpNode, config)).toMatchObject([{ path }])
})
