import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../client.ts'
import { aggregateRecords } from './aggregate-records.ts'
import { dataDb } from './data-db.ts'
import type { ListOptions } from './query.ts'
import { countRecords, findRecord, getRecord, type ListReply, listRecords } from './records.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { actor, createFixture, expectFailure, type Fixture } from './test-fixture.ts'
import { createRecords } from './write-records.ts'

let fixture: Fixture
let posts: ResolvedCollection

beforeAll(async () => {
  fixture = await createFixture()
  await fixture.create({
    name: 'categories',
    fields: [
      { name: 'title', type: 'string' },
      { name: 'note', type: 'string' },
    ],
  })
  await fixture.create({ name: 'tags', idType: 'uuid', fields: [{ name: 'name', type: 'string' }] })
  posts = await fixture.create({
    name: 'posts',
    fields: [
      { name: 'title', type: 'string' },
      { name: 'rank', type: 'integer' },
      { name: 'price', type: 'decimal' },
      { name: 'score', type: 'float' },
      { name: 'data', type: 'json' },
      { name: 'secret', type: 'string', hidden: true },
      { name: 'category', type: 'belongsTo', target: 'categories', hidden: false },
      { name: 'tags', type: 'belongsToMany', target: 'tags' },
    ],
  })
  await createRecords(
    fixture.db,
    posts,
    Array.from({ length: 25 }, (_, index) => ({
      title: `p${index % 5}`,
      rank: index % 3 === 0 ? null : index % 4,
      price: index % 2 === 0 ? '0.1' : '12345678901234567890.25',
      score: index / 10,
      secret: `s${index}`,
      ...(index === 0 && { category: { title: 'c', note: 'n' }, tags: [{ name: 'x' }, { name: 'y' }] }),
    })),
    actor,
  )
})
afterAll(() => fixture.stop())

async function walk(options: ListOptions): Promise<unknown[]> {
  const ids: unknown[] = []
  for (let after: string | undefined, page: ListReply | undefined; !page || after; after = page.meta.next) {
    page = await listRecords(fixture.db, posts, { ...options, ...(after && { after }) })
    ids.push(...page.data.map(({ id }) => id))
    expect(ids.length).toBeLessThanOrEqual(25)
  }
  return ids
}

test('pages carry a total, their number, and a cursor while there is more', async () => {
  const first = await listRecords(fixture.db, posts, { pageSize: 10 })
  expect(first.meta).toEqual({ page: 1, pageSize: 10, total: 25, next: expect.any(String) })
  const third = await listRecords(fixture.db, posts, { pageSize: 10, page: 3, count: false })
  expect(third.meta).toEqual({ page: 3, pageSize: 10 })
  expect(third.data).toHaveLength(5)
  expect((await listRecords(fixture.db, posts)).data).toHaveLength(20)
  expect((await listRecords(fixture.db, posts, { page: 9 })).data).toEqual([])
  expect((await listRecords(fixture.db, posts, { filter: { title: 'p1' }, count: true })).meta.total).toBe(5)
})

test.each([
  'id',
  '-id',
  'rank',
  '-rank',
  'title,-rank',
  '-title,rank',
  'price',
  '-score',
  '-createdAt',
  'createdAt,-rank,title',
])('cursors lead through every record once in the order of sort=%s', async (sort) => {
  const { data } = await listRecords(fixture.db, posts, { sort, pageSize: 1_000 })
  const expected = data.map(({ id }) => id)
  expect(new Set(expected).size).toBe(25)
  expect(await walk({ sort, pageSize: 4 })).toEqual(expected)
  expect(await walk({ sort, pageSize: 25, fields: 'id' })).toEqual(expected)
})

test('a cursor is for its own order only, and can not be made up', async () => {
  const { meta } = await listRecords(fixture.db, posts, { sort: 'title', pageSize: 2 })
  const list = (options: ListOptions) => listRecords(fixture.db, posts, options)
  await expectFailure(list({ sort: '-title', after: meta.next }), 'invalid_input', 'after')
  await expectFailure(list({ after: 'x' }), 'invalid_input', 'after')
  const forged = Buffer.from(JSON.stringify(['id', "1' or true"])).toString('base64url')
  await expectFailure(list({ after: forged }), 'invalid_input', 'after')
  await expectFailure(list({ sort: 'title', after: meta.next, page: 2 }), 'invalid_input', 'after')
})

describe('parts of records', () => {
  const first = (options: ListOptions) =>
    listRecords(fixture.db, posts, { ...options, pageSize: 1 }).then(({ data }) => data[0])

  test.each<[ListOptions, unknown]>([
    [{ fields: 'title,rank' }, { title: 'p0', rank: null }],
    [{ fields: ['title'], sort: 'rank', filter: { title: 'p0', score: 0 } }, { title: 'p0' }],
    [
      { fields: 'title', appends: 'category' },
      { title: 'p0', category: { title: 'c', note: 'n' } },
    ],
    [{ fields: 'title,category.title' }, { title: 'p0', category: { title: 'c' } }],
    [
      { fields: 'title', appends: ['category', 'tags'], except: 'category.note,tags.id' },
      { title: 'p0', category: { title: 'c' }, tags: [{ name: 'x' }, { name: 'y' }] },
    ],
  ])('%j', async (options, expected) => {
    const record = await first(options)
    expect(record).toMatchObject(expected as object)
    expect(Object.keys(record!).sort()).toEqual(Object.keys(expected as object).sort())
    if (options.fields === 'title,category.title') expect(record).toEqual(expected)
  })

  test('without an association a to-one is null and a to-many an empty list', async () => {
    const record = await getRecord(
      fixture.db,
      posts,
      { filter: { score: 0.1 } },
      { appends: 'category,tags,createdBy' },
    )
    expect(record).toMatchObject({ category: null, tags: [], createdBy: null, price: '12345678901234567890.25' })
    expect(record).not.toHaveProperty('secret')
  })

  test('a level of associations is one statement, however many records', async () => {
    let statements = 0
    const plain = dataDb(fixture.db)
    const counting = new Proxy(plain, {
      get(target, key) {
        if (key === 'getExecutor')
          return () => {
            statements += 1
            return target.getExecutor()
          }
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const db = { withoutPlugins: () => counting } as unknown as Db
    const { data } = await listRecords(db, posts, { appends: 'category,tags', pageSize: 25, count: false })
    expect(data).toHaveLength(25)
    expect(statements).toBe(3)
  })
})

test.each<[ListOptions, string]>([
  [{ sort: 'nowhere' }, 'sort.nowhere'],
  [{ sort: '-secret' }, 'sort.-secret'],
  [{ sort: 'data' }, 'sort.data'],
  [{ sort: 'title; drop table data.posts' }, 'sort.title; drop table data.posts'],
  [{ fields: 'secret' }, 'fields.secret'],
  [{ except: 'nowhere' }, 'except.nowhere'],
  [{ appends: 'nowhere' }, 'appends.nowhere'],
  [{ appends: 'title' }, 'appends.title'],
  [{ appends: 'category.nowhere' }, 'appends.category.nowhere'],
  [{ page: 0 }, 'page'],
  [{ page: 1.5 }, 'page'],
  [{ pageSize: 1_001 }, 'pageSize'],
  [{ pageSize: Number.NaN }, 'pageSize'],
])('%j is refused', async (options, path) => {
  await expectFailure(listRecords(fixture.db, posts, options), 'invalid_input', path)
})

test('one record is found by id or filter, or is not there', async () => {
  const { data } = await listRecords(fixture.db, posts, { pageSize: 1 })
  expect((await getRecord(fixture.db, posts, { id: String(data[0]!.id) })).id).toBe(data[0]!.id)
  await expectFailure(getRecord(fixture.db, posts, { id: 999_999 }), 'not_found')
  expect(await findRecord(fixture.db, posts, { filter: { title: 'none' } })).toBeUndefined()
  await expectFailure(getRecord(fixture.db, posts, { id: 'abc' }), 'invalid_input', 'id')
  await expectFailure(getRecord(fixture.db, posts, {}), 'invalid_input')
  await expectFailure(getRecord(fixture.db, posts, { id: 1, filter: {} }), 'invalid_input')
})

describe('aggregates', () => {
  test('of all and of groups', async () => {
    const all = await aggregateRecords(fixture.db, posts, {
      aggregates: {
        n: { count: '*' },
        ranked: { count: 'rank' },
        ranks: { count: 'rank', distinct: true },
        total: { sum: 'rank' },
        prices: { sum: 'price' },
        mean: { avg: 'score' },
        first: { min: 'title' },
        last: { max: 'createdAt' },
      },
    })
    expect(all).toEqual([
      {
        n: 25,
        ranked: 16,
        ranks: 4,
        total: 24,
        prices: '148148146814814814684.30',
        mean: expect.closeTo(1.2),
        first: 'p0',
        last: expect.stringMatching(/Z$/),
      },
    ])
    const groups = await aggregateRecords(fixture.db, posts, {
      aggregates: { n: { count: '*' } },
      groupBy: 'title',
      filter: { title: { $ne: 'p4' } },
      sort: '-n,-title',
      limit: 2,
    })
    expect(groups).toEqual([
      { title: 'p3', n: 5 },
      { title: 'p2', n: 5 },
    ])
  })

  test.each<[object, string]>([
    [{ aggregates: {} }, 'aggregates'],
    [{ aggregates: { 'a"b': { count: '*' } } }, 'aggregates.a"b'],
    [{ aggregates: { a: { median: 'rank' } } }, 'aggregates.a'],
    [{ aggregates: { a: { sum: 'title' } } }, 'aggregates.a'],
    [{ aggregates: { a: { max: 'secret' } } }, 'aggregates.a'],
    [{ aggregates: { a: { sum: 'rank', min: 'rank' } } }, 'aggregates.a'],
    [{ aggregates: { a: { count: '*' } }, groupBy: 'secret' }, 'groupBy'],
    [{ aggregates: { a: { count: '*' } }, groupBy: 'data' }, 'groupBy.data'],
    [{ aggregates: { a: { count: '*' } }, sort: 'title' }, 'sort.title'],
    [{ aggregates: { a: { count: '*' } }, limit: 0 }, 'limit'],
  ])('%j is refused', async (options, path) => {
    await expectFailure(
      aggregateRecords(fixture.db, posts, { aggregates: undefined, ...options }),
      'invalid_input',
      path,
    )
  })
})

test('a statement that takes too long is a timeout', async () => {
  await expectFailure(
    fixture.client.transaction(async (trx) => {
      await dataDb(trx).executeQuery(CompiledQuery.raw('lock table data.posts in access exclusive mode'))
      await fixture.client.transaction(async (other) => {
        await dataDb(other).executeQuery(CompiledQuery.raw(`set local statement_timeout = '20ms'`))
        await countRecords(other, posts)
      })
    }),
    'timeout',
  )
})
