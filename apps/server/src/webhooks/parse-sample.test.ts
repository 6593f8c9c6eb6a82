import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.stop())

const parse = (body: unknown, token?: string) =>
  test.call('/api/webhooks:parseSample', { body, ...(token === undefined ? {} : { token }) })
const paths = async (input: unknown, kind: 'query' | 'body' | 'headers') =>
  (await parse(input)).body.data[kind].map(({ path }: { path: string }) => path)

describe('a pasted sample', () => {
  it('gives the parts of URL, body and headers', async () => {
    const { status, body } = await parse({
      url: 'http://localhost:13000/api/webhook:trigger/1hfmkioou0d?query[0][a]=1&query[1]=x#top',
      body: ' {"a": 1, "b": {"c": 2}}\n',
      headers: 'POST /x HTTP/1.1\nX-Request-Id: 7\r\nDate: Mon, 1 Jan\n',
    })
    expect(status).toBe(200)
    expect(body.data).toEqual({
      query: [
        { path: 'query', type: 'array', sample: null },
        { path: 'query[0]', type: 'object', sample: null },
        { path: 'query[0].a', type: 'string', sample: '1' },
        { path: 'query[1]', type: 'string', sample: 'x' },
      ],
      body: [
        { path: 'a', type: 'number', sample: 1 },
        { path: 'b', type: 'object', sample: null },
        { path: 'b.c', type: 'number', sample: 2 },
      ],
      headers: [
        { path: 'x-request-id', type: 'string', sample: '7' },
        { path: 'date', type: 'string', sample: 'Mon, 1 Jan' },
      ],
      isCut: false,
    })
  })

  it.each([
    ['?a=1', ['a']],
    ['a=1&b=2', ['a', 'b']],
    ['https://a.example/x', []],
    ['/api/webhooks/k', []],
    ['/api/webhooks/k?c=1', ['c']],
    ['', []],
  ])('of the URL "%s" has %j', async (url, expected) => {
    expect(await paths({ url }, 'query')).toEqual(expected)
  })

  it('reads other bodies by their type, and headers of a curl command', async () => {
    expect(await paths({ body: 'a[b]=1', contentType: 'application/x-www-form-urlencoded' }, 'body')).toEqual([
      'a',
      'a.b',
    ])
    expect(await paths({ body: '<a b="1"/>', contentType: 'text/xml' }, 'body')).toEqual(['a', 'a.@b'])
    expect(await paths({ body: 'just text' }, 'body')).toEqual([])
    expect(await paths({ headers: "  -H 'X-Api-Key: k' \\" }, 'headers')).toEqual(['x-api-key'])
    expect(await paths({ headers: { 'X-Own': 'y' } }, 'headers')).toEqual(['x-own'])
  })

  it.each([
    [{ body: '{"a":', contentType: 'application/json' }, 'body'],
    [{ body: 'x', contentType: 'text/plain; charset=gbk' }, 'body'],
    [{ url: `?a${'[b]'.repeat(70)}=1` }, 'url'],
  ])('%j that cannot be read says which part', async (input, path) => {
    const { status, body } = await parse(input)
    expect([status, body.errors[0].code, body.errors[0].path]).toEqual([400, 'invalid_input', path])
  })

  it('is for those who see workflows', async () => {
    await test.call('/api/roles:set', { body: { name: 'guest', title: 'Guest', permissions: {} } })
    expect((await parse({ body: '{}' }, await test.signInAs('guest@example.com', ['guest']))).status).toBe(403)
  })
})
