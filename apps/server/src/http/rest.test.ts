import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
let member: string
beforeAll(async () => {
  test = await createTestApp()
  member = await test.signInAs('member@example.com', ['member'])
  await test.call('/api/collections:create', {
    body: { name: 'categories', fields: [{ name: 'title', type: 'string' }] },
  })
  const { status, body } = await test.call('/api/collections:create', {
    body: {
      name: 'posts',
      fields: [
        { name: 'title', type: 'string', required: true },
        { name: 'views', type: 'integer' },
        { name: 'extra', type: 'json' },
        { name: 'category', type: 'belongsTo', target: 'categories' },
      ],
    },
  })
  expect({ status, body }).toMatchObject({ status: 200 })
})
afterAll(() => test.stop())
beforeEach(async () => {
  await test.app.client.pool.query('truncate data.posts, data.categories cascade')
})

const count = async () => (await test.call('/api/posts:count')).body.data

function raw(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const auth = { authorization: `Bearer ${test.token}`, 'content-type': 'application/json' }
  return test.http.request(path, { method: 'POST', body, headers: { ...auth, ...headers } })
}

describe('a bad request', () => {
  it.each<[string, string, object | undefined, number, string | undefined]>([
    ['an unknown collection', '/api/nowhere:create', { title: 'x' }, 404, undefined],
    ['an unknown action', '/api/posts:frobnicate', {}, 404, undefined],
    ['an unknown noun verb', '/api/users:frobnicate', {}, 404, undefined],
    ['an unknown field', '/api/posts:create', { title: 'x', nope: 1 }, 400, 'values.nope'],
    ['a wrong type', '/api/posts:create', { title: 'x', views: 'many' }, 400, 'values.views'],
    ['a missing required field', '/api/posts:create', { views: 1 }, 400, 'values.title'],
    ['a list where an object belongs', '/api/posts:update/1', [1], 400, undefined],
    ['an unknown workflow', '/api/posts:create?triggerWorkflows=nope', { title: 'x' }, 422, 'triggerWorkflows'],
    ['an unknown association', '/api/posts:create?triggerWorkflows=nope!nope', { title: 'x' }, 422, 'triggerWorkflows'],
    ['an unknown association action', '/api/posts/1/category:explode', {}, 404, undefined],
    ['an unknown association path', '/api/posts/1/nope:add', [1], 404, undefined],
    ['neither id nor filter', '/api/posts:update', { title: 'y' }, 400, undefined],
    ['neither id nor filter to destroy', '/api/posts:destroy', {}, 400, undefined],
    ['an unknown operator', '/api/posts:update?filter={"views":{"$foo":1}}', { title: 'y' }, 400, 'filter.views.$foo'],
    ['an unknown filter field', '/api/posts:update?filter={"nope":1}', { title: 'y' }, 400, 'filter.nope'],
    ['a filter that is no JSON', '/api/posts:update?filter={', { title: 'y' }, 400, 'filter'],
    ['an unstorable text', '/api/posts:create', { title: 'a\u0000b' }, 400, 'title'],
    ['half a surrogate pair', '/api/posts:create', { title: 'x', extra: { deep: ['\ud800'] } }, 400, 'extra.deep.0'],
    ['an unknown option value', '/api/posts:create?onInvalidTrigger=maybe', { title: 'x' }, 400, 'onInvalidTrigger'],
    ['an id of another type', '/api/posts:update/abc', { title: 'x' }, 400, 'id'],
  ])('with %s is refused and nothing is written', async (_, path, body, status, at) => {
    const reply = await test.call(path, { body })
    expect(reply.body).toMatchObject({ errors: [{ message: expect.any(String) }], requestId: expect.any(String) })
    expect(reply.status).toBe(status)
    if (at !== undefined) expect(reply.body.errors[0].path).toBe(at)
    expect(await count()).toBe(0)
  })

  it.each<[string, string, number]>([
    ['a list filter with an unknown field', '/api/posts:list?filter={"nope":1}', 400],
    ['an unknown sort field', '/api/posts:list?sort=nope', 400],
    ['an unknown field', '/api/posts:list?fields=nope', 400],
    ['an unknown append', '/api/posts:list?appends=nope', 400],
    ['a page that is no number', '/api/posts:list?page=x', 400],
    ['a page too large', '/api/posts:list?pageSize=100000', 400],
    ['a made-up cursor', '/api/posts:list?after=zzz', 400],
    ['a NUL in the query', '/api/posts:list?sort=%00', 400],
    ['broken percent encoding', '/api/posts:get/%E0%A4%A', 400],
    ['an aggregate of nothing', '/api/posts:aggregate', 400],
    ['an aggregate that is none', '/api/posts:aggregate?values={"n":1}', 400],
    ['a missing record', '/api/posts/999', 404],
    ['an id out of range', '/api/posts/99999999999999999999', 400],
    ['too deep a path', '/api/posts/1/category/2', 404],
  ])('to read with %s is refused', async (_, path, status) => {
    const reply = await test.call(path)
    expect({ path, status: reply.status, body: reply.body }).toMatchObject({ status, body: { errors: [{}] } })
  })

  it('with malformed JSON, a foreign content type, too much or too deep a body is refused', async () => {
    const statusOf = async (response: Response | Promise<Response>) => (await response).status
    expect(await statusOf(raw('/api/posts:create', '{"title":'))).toBe(400)
    expect(await statusOf(raw('/api/posts:create', '{}', { 'content-type': 'text/plain' }))).toBe(415)
    expect(await statusOf(raw('/api/posts:create', JSON.stringify({ title: 'x'.repeat(1_100_000) })))).toBe(413)
    expect(await statusOf(raw('/api/posts:create', `{"extra":${'['.repeat(100)}${']'.repeat(100)}}`))).toBe(400)
    expect(await statusOf(raw('/api/posts:create', '{"title":"x","views":1e999}'))).toBe(400)
    expect(await count()).toBe(0)
  })

  it('by a wrong method is told the right ones', async () => {
    const put = await test.call('/api/posts:create', { method: 'PUT', body: {} })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST'])
    const get = await test.call('/api/users:create', { method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await test.call('/api/posts/1', { method: 'POST', body: {} })).headers.get('allow')).toContain('PATCH')
  })

  it('without the right to the action is refused', async () => {
    await test.call('/api/posts:create', { body: { title: 'x' } })
    const { status, body } = await test.call('/api/posts:destroy?filter={"title":"x"}', {
      method: 'POST',
      token: member,
    })
    expect(status).toBe(403)
    expect(body.errors[0].message).toContain('destroy')
    expect(await count()).toBe(1)
  })

  it('on the users as records is refused', async () => {
    for (const action of ['create', 'update'])
      expect(
        (
          await test.call(`/trpc/records.${action}`, {
            body: { collection: 'users', id: 'x', values: { roles: ['admin'] } },
          })
        ).status,
      ).toBeGreaterThanOrEqual(400)
  })
})

describe('records over REST', () => {
  it('are created, read, changed and destroyed by actions', async () => {
    const created = await test.call('/api/posts:create', { body: { title: 'a', views: 1 } })
    expect(created).toMatchObject({ status: 200, body: { data: { title: 'a', views: 1 }, triggered: [] } })
    const { id } = created.body.data
    expect((await test.call(`/api/posts:get/${id}`)).body.data.title).toBe('a')
    expect((await test.call(`/api/posts:update/${id}`, { body: { views: 2 } })).body.data.views).toBe(2)
    expect((await test.call('/api/posts:list?filter={"views":{"$gt":1}}&fields=title')).body.data).toEqual([
      { id, title: 'a' },
    ])
    expect((await test.call(`/api/posts:destroy/${id}`, { method: 'POST' })).status).toBe(200)
    expect((await test.call(`/api/posts/${id}`)).status).toBe(404)
  })

  it('are created, read, changed and destroyed by plain verbs', async () => {
    const { id } = (await test.call('/api/posts', { body: { title: 'a' } })).body.data
    expect((await test.call(`/api/posts/${id}`)).body.data.title).toBe('a')
    expect((await test.call(`/api/posts/${id}`, { method: 'PATCH', body: { title: 'b' } })).body.data.title).toBe('b')
    expect((await test.call('/api/posts')).body).toMatchObject({ data: [{ title: 'b' }], meta: { total: 1 } })
    expect((await test.call(`/api/posts/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect(await count()).toBe(0)
  })

  it('are created in bulk, and with nested associations in one transaction', async () => {
    const bulk = await test.call('/api/posts:create', { body: [{ title: 'a' }, { title: 'b' }] })
    expect(bulk.body.data.map((post: { title: string }) => post.title)).toEqual(['a', 'b'])
    const failing = await test.call('/api/posts:create', { body: [{ title: 'c' }, { views: 1 }] })
    expect([failing.status, await count()]).toEqual([400, 2])
    const nested = await test.call('/api/posts:create', { body: { title: 'n', category: { title: 'news' } } })
    expect(nested.status).toBe(200)
    const read = await test.call(`/api/posts/${nested.body.data.id}?appends=category`)
    expect(read.body.data.category.title).toBe('news')
  })

  it('drop prototype keys', async () => {
    const response = await raw(
      '/api/posts:create',
      '{"title":"x","__proto__":{"views":9},"extra":{"constructor":1,"a":2}}',
    )
    const { data } = (await response.json()) as Awaited<ReturnType<TestApp['call']>>['body']
    expect([data.views, data.extra]).toEqual([null, { a: 2 }])
  })

  it('see a field that another process has just added', async () => {
    const other = await createTestApp({}, test)
    try {
      const { body } = await other.call('/api/collections:get/posts')
      const fields = [...body.data.fields, { name: 'fresh', type: 'string' }]
      expect((await other.call('/api/collections:alter', { body: { name: 'posts', fields } })).status).toBe(200)
      const { status } = await test.call('/api/posts:create', { body: { title: 'x', fresh: 'y' } })
      expect(status).toBe(200)
    } finally {
      await other.stop()
    }
  })
})

describe('every reply', () => {
  it('carries the request id, a sane one of the caller', async () => {
    expect((await test.call('/api/posts', { headers: { 'x-request-id': 'abc-1' } })).headers.get('x-request-id')).toBe(
      'abc-1',
    )
    const odd = (await test.call('/api/posts', { headers: { 'x-request-id': 'a b<script>' } })).headers.get(
      'x-request-id',
    )
    expect(odd).toMatch(/^[0-9a-f-]{36}$/)
    const missing = await test.call('/nothing/here', { method: 'POST', body: {} })
    expect(missing.body.requestId).toBe(missing.headers.get('x-request-id'))
  })

  it('of the API is not stored by caches', async () => {
    expect((await test.call('/api/posts')).headers.get('cache-control')).toBe('no-store')
    expect((await test.call('/api/nowhere')).headers.get('cache-control')).toBe('no-store')
  })
})

describe('health', () => {
  it('tells that the process lives and is ready', async () => {
    expect((await test.call('/healthz', { token: null })).status).toBe(200)
    const { status, body } = await test.call('/readyz', { token: null })
    expect({ status, body }).toEqual({
      status: 200,
      body: { ready: true, checks: { database: true, migrations: true, runner: true } },
    })
  })
})

describe('a procedure over tRPC', () => {
  it('answers with code, path and request id when refused', async () => {
    const { status, body } = await test.call('/trpc/users.create', { body: { email: 'x', password: 'longenough' } })
    expect(status).toBe(400)
    expect(body.error.data).toMatchObject({ code: 'invalid_input', path: 'email', requestId: expect.any(String) })
    expect(JSON.stringify(body)).not.toContain('stack')
  })

  it('tells a bad input from a bad output, wherever it is found', async () => {
    const input = encodeURIComponent(JSON.stringify({ collection: 'posts', values: { n: 1 } }))
    const { status, body } = await test.call(`/trpc/records.aggregate?input=${input}`)
    expect([status, body.error.data.path]).toEqual([400, 'values.n'])
  })

  it('performs record actions', async () => {
    const { body } = await test.call('/trpc/records.create', { body: { collection: 'posts', values: { title: 't' } } })
    expect(body.result.data).toMatchObject({ data: { title: 't' }, triggered: [] })
  })
})
