import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { SYSTEM_NOUNS } from './system-nouns.ts'

let test: TestApp
let member: string
beforeAll(async () => {
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  member = await test.signInAs('member@example.com', ['member'])
})
afterAll(() => test.stop())

const create = (name: string, fields: object[] = [{ name: 'title', type: 'string' }]) =>
  test.call('/api/collections:create', { body: { name, fields } })

describe('collections.create', () => {
  it('makes a table that records can be put in at once', async () => {
    const { status, body } = await create('books')
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ name: 'books', idType: 'bigint', fields: [{ name: 'title', type: 'string' }] })
    expect((await test.call('/api/books:create', { body: { title: 'a' } })).status).toBe(200)
    expect((await test.call('/api/collections:list')).body.data).toContainEqual(
      expect.objectContaining({ name: 'books' }),
    )
    expect((await test.call('/api/collections:get/books')).body.data.name).toBe('books')
  })

  it.each([...SYSTEM_NOUNS])('leaves the name %s to the system', async (name) => {
    expect((await create(name)).status).toBe(400)
  })

  it.each([
    ['a taken name', 'books', undefined, 409],
    ['a bad name', 'a b', undefined, 400],
    ['an unknown type', 'bad1', [{ name: 'x', type: 'nonsense' }], 400],
    [
      'a field twice',
      'bad2',
      [
        { name: 'x', type: 'string' },
        { name: 'x', type: 'text' },
      ],
      400,
    ],
    ['an unknown target', 'bad3', [{ name: 'x', type: 'belongsTo', target: 'nowhere' }], 400],
    ['a system field', 'bad4', [{ name: 'id', type: 'string' }], 400],
  ])('refuses %s and leaves nothing behind', async (_, name, fields, status) => {
    expect((await create(name, fields)).status).toBe(status)
    const { rows } = await test.app.client.pool.query(
      `select 1 from pg_tables where schemaname = 'data' and tablename like 'bad%'`,
    )
    expect(rows).toEqual([])
  })

  it('is for those who may change the schema', async () => {
    const body = { name: 'mine', fields: [] }
    expect((await test.call('/api/collections:create', { body, token: member })).status).toBe(403)
    expect((await test.call('/api/collections:drop', { body: { name: 'books' }, token: member })).status).toBe(403)
  })

  it('by many at once makes each once', async () => {
    const replies = await Promise.all([create('race'), create('race'), create('race')])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  })
})

describe('collections.alter', () => {
  const alter = (body: object) => test.call('/api/collections:alter', { body: { name: 'books', ...body } })
  const fields = [
    { name: 'title', type: 'string' },
    { name: 'pages', type: 'integer' },
  ]

  it('adds fields, or only tells how', async () => {
    const preview = await alter({ fields, preview: true })
    expect(preview.body.data.statements.join()).toContain('pages')
    expect((await test.call('/api/collections:get/books')).body.data.fields).toHaveLength(1)
    expect((await alter({ fields })).body.data.collection.fields).toHaveLength(2)
    expect((await test.call('/api/books:create', { body: { pages: 3 } })).body.data.pages).toBe(3)
  })

  it('loses data only when the field is named', async () => {
    const refused = await alter({ fields: fields.slice(0, 1) })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(refused.body.errors[0].message).toContain('pages')
    expect((await test.call('/api/books:list?sort=-pages')).status).toBe(200)
    expect((await alter({ fields: fields.slice(0, 1), confirm: ['pages'] })).status).toBe(200)
    expect((await test.call('/api/books:list?sort=-pages')).status).toBe(400)
  })

  it('keeps the fields when only the title is given', async () => {
    const { body } = await alter({ title: 'Our books' })
    expect(body.data.collection).toMatchObject({ title: 'Our books', fields: [{ name: 'title' }] })
  })
})

describe('collections.drop', () => {
  it('takes the name once more, and nobody who refers to it', async () => {
    await create('authors')
    await create('poems', [{ name: 'author', type: 'belongsTo', target: 'authors' }])
    const drop = (body: object) => test.call('/api/collections:drop', { body })
    expect((await drop({ name: 'authors', confirm: ['authors'] })).status).toBe(409)
    expect((await drop({ name: 'poems' })).status).toBeGreaterThanOrEqual(400)
    expect((await test.call('/api/poems:list')).status).toBe(200)
    expect((await drop({ name: 'poems', confirm: ['poems'] })).status).toBe(200)
    expect((await test.call('/api/poems:list')).status).toBe(404)
    expect((await drop({ name: 'authors', confirm: ['authors'] })).status).toBe(200)
    expect((await drop({ name: 'users', confirm: ['users'] })).status).toBeGreaterThanOrEqual(400)
  })
})
