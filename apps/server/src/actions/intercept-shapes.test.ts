import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

// A workflow writes into a log what it sees, stamps what is to be written, and refuses titles that say so.
let test: TestApp
const call = (path: string, body: unknown = {}) => test.call(`/api/${path}`, { body })
const ok = async (path: string, body: unknown = {}) => {
  const reply = await call(path, body)
  expect(reply.body.errors).toBeUndefined()
  return reply.body
}
const rows = async (text: string) => (await test.app.client.pool.query(text)).rows
const titles = async () =>
  (await rows('select title, stamp from data.posts order by title')).map((row) => Object.values(row))
const seen = async () => (await rows('select seen from data.sightings order by id')).map((row) => row.seen)
const everything = async () =>
  JSON.stringify(
    await rows(`select
  (select json_agg(p order by id) from data.posts p) posts, (select json_agg(t order by id) from data.tags t) tags,
  (select json_agg(c order by id) from data.categories c) categories, (select count(*) from data.sightings) seen,
  (select count(*) from ensue.execution) executions`),
  )

const ACTIONS = ['create', 'update', 'upsert', 'firstOrCreate', 'destroy']
const guard = {
  sync: true,
  trigger: { type: 'beforeAction', config: { collection: 'posts', actions: ACTIONS } },
  nodes: [
    {
      key: 'log',
      type: 'record.create',
      config: {
        collection: 'sightings',
        values: { seen: { action: '{{$context.action}}', params: '{{$context.params}}' } },
      },
    },
    {
      key: 'check',
      type: 'condition',
      config: { conditions: { all: [{ left: '{{$context.params.values.title}}', operator: 'equals', right: 'bad' }] } },
      branches: { yes: [{ key: 'no', type: 'end', config: { status: 'failure', message: 'No.' } }], no: [] },
    },
    { key: 'stamp', type: 'setValues', config: { values: { stamp: 'by {{$context.action}}' } } },
  ],
}

beforeAll(async () => {
  test = await createTestApp()
  await ok('collections:create', { name: 'sightings', fields: [{ name: 'seen', type: 'json' }] })
  await ok('collections:create', { name: 'tags', fields: [{ name: 'name', type: 'string' }] })
  await ok('collections:create', { name: 'categories', fields: [{ name: 'name', type: 'string' }] })
  await ok('collections:create', {
    name: 'posts',
    fields: [
      { name: 'title', type: 'string', unique: true },
      { name: 'stamp', type: 'string' },
      { name: 'category', type: 'belongsTo', target: 'categories' },
      { name: 'tags', type: 'belongsToMany', target: 'tags' },
    ],
  })
  await ok('collections:alter', {
    name: 'categories',
    fields: [
      { name: 'name', type: 'string' },
      { name: 'posts', type: 'hasMany', target: 'posts', foreignKey: 'categoryId' },
    ],
  })
  await ok('workflows:create', { key: 'guard', title: 'Guard', definition: guard })
  await ok('workflows:deploy', { key: 'guard' })
  await ok('workflows:enable', { key: 'guard', enabled: true })
})
afterAll(() => test.stop())
beforeEach(async () => {
  await test.app.client.pool.query(
    'truncate data.posts, data.tags, data.categories, data.sightings, ensue.execution restart identity cascade',
  )
})

/** Nothing at all is written by a call that is refused, and it says where the refused values stand. */
async function refused(path: string, body: unknown, at: string): Promise<void> {
  const before = await everything()
  const { status, body: reply } = await call(path, body)
  expect([status, reply.errors]).toEqual([400, [{ code: 'rejected', message: 'No.', path: at }]])
  expect(await everything()).toBe(before)
}

describe('what comes before an action', () => {
  it('sees each record of a list by itself, and changes each; one that is refused takes all with it', async () => {
    await ok('posts:create', [{ title: 'a' }, { title: 'b', stamp: 'mine' }])
    expect(await titles()).toEqual([
      ['a', 'by create'],
      ['b', 'by create'],
    ])
    expect(await seen()).toEqual([
      { action: 'create', params: { values: { title: 'a' } } },
      { action: 'create', params: { values: { title: 'b', stamp: 'mine' } } },
    ])
    await refused('posts:create', [{ title: 'c' }, { title: 'd' }, { title: 'bad' }], 'values.2')
  })

  it('sees the filter or the ids of an update of many, and changes or refuses them all', async () => {
    await ok('posts:create', [{ title: 'a' }, { title: 'b' }, { title: 'c' }])
    await test.app.client.pool.query('truncate data.sightings')
    const filter = { title: { $in: ['a', 'b'] } }
    const byFilter = `posts:update?filter=${JSON.stringify(filter)}`
    await ok(byFilter, { category: { name: 'new' } })
    await ok('posts:update?ids=3', {})
    expect(await titles()).toEqual([
      ['a', 'by update'],
      ['b', 'by update'],
      ['c', 'by update'],
    ])
    expect((await seen()).map(({ params }) => params)).toEqual([
      { filter, values: { category: { name: 'new' } } },
      { ids: ['3'], values: {} },
    ])
    await refused(byFilter, { title: 'bad' }, 'values')
  })

  it('sees nested values as they were sent; a refusal undoes what was nested too', async () => {
    const values = { title: 'a', category: { name: 'news' }, tags: [{ name: 'x' }] }
    const { data } = await ok('posts:create', values)
    expect(await seen()).toEqual([{ action: 'create', params: { values } }])
    expect(await titles()).toEqual([['a', 'by create']])
    expect(await rows('select name from data.categories union all select name from data.tags')).toHaveLength(2)
    await ok(`posts:update/${data.id}`, { category: { id: 1, name: 'changed' } })
    expect(await rows('select name from data.categories')).toEqual([{ name: 'changed' }])
    await refused(`posts:update/${data.id}`, { title: 'bad', tags: [{ name: 'y' }] }, 'values')
    await refused('posts:create', { ...values, title: 'bad' }, 'values')
  })

  it('comes once before an upsert and a firstOrCreate, whether they find a record or make one', async () => {
    for (const title of ['a', 'a']) await ok('posts:upsert?keys=title', { title })
    for (const title of ['b', 'b']) await ok('posts:firstOrCreate?keys=title', { title })
    expect((await seen()).map(({ action }) => action)).toEqual(['upsert', 'upsert', 'firstOrCreate', 'firstOrCreate'])
    expect(await titles()).toEqual([
      ['a', 'by upsert'],
      ['b', 'by firstOrCreate'],
    ])
    await refused('posts:upsert?keys=title', { title: 'bad' }, 'values')
    await refused('posts:firstOrCreate?keys=title', { title: 'bad' }, 'values')
  })

  it('comes before a record that is created at an association of another', async () => {
    await ok('categories:create', { name: 'news' })
    await ok('categories/1/posts:create', { title: 'a' })
    expect(await titles()).toEqual([['a', 'by create']])
    await refused('categories/1/posts:create', { title: 'bad' }, 'values')
  })

  it('does not come before links, and values that others nest, of which it hears nothing', async () => {
    await ok('posts:create', { title: 'a' })
    await ok('tags:create', { name: 'x' })
    await test.app.client.pool.query('truncate data.sightings')
    for (const action of ['add', 'set', 'remove']) await ok(`posts/1/tags:${action}`, [1])
    await ok('categories:create', { name: 'news', posts: [{ title: 'bad' }] })
    expect(await seen()).toEqual([])
    expect(await titles()).toEqual([
      ['a', 'by create'],
      ['bad', null],
    ])
  })

  it('refuses a destroy of many, and they all stay', async () => {
    await ok('workflows:create', {
      key: 'keep',
      title: 'Keep',
      definition: {
        sync: true,
        trigger: { type: 'beforeAction', config: { collection: 'posts', actions: ['destroy'] } },
        nodes: [{ key: 'no', type: 'end', config: { status: 'failure', message: 'No.' } }],
      },
    })
    await ok('workflows:deploy', { key: 'keep' })
    await ok('posts:create', [{ title: 'a' }, { title: 'b' }])
    await ok('posts:destroy', { ids: [1] })
    await ok('workflows:enable', { key: 'keep', enabled: true })
    await refused('posts:destroy', { filter: { id: { $gt: 0 } } }, 'values')
    await ok('workflows:enable', { key: 'keep', enabled: false })
  })
})
