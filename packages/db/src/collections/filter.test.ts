import type { JsonObject } from '@ensue/engine/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseFilter } from './filter.ts'
import { matchesFilter } from './match-filter.ts'
import { countRecords, listRecords } from './records.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { ACTOR, actor, createFixture, expectFailure, type Fixture } from './test-fixture.ts'
import { createRecord, createRecords } from './write-records.ts'

let fixture: Fixture
let posts: ResolvedCollection
let samples: ResolvedCollection
const ids: Record<string, number> = {}

beforeAll(async () => {
  fixture = await createFixture()
  await sql`insert into ensue.user (id, email, name, password_hash, roles) values (${ACTOR.userId}, 'ann@example.com', 'Ann', '', '{}')`.execute(
    fixture.db,
  )
  await fixture.create({ name: 'groups', fields: [{ name: 'name', type: 'string' }] })
  await fixture.create({
    name: 'categories',
    fields: [
      { name: 'title', type: 'string' },
      { name: 'group', type: 'belongsTo', target: 'groups' },
      { name: 'secret', type: 'string', hidden: true },
    ],
  })
  await fixture.create({
    name: 'tags',
    fields: [
      { name: 'name', type: 'string' },
      { name: 'rank', type: 'integer' },
    ],
  })
  await fixture.create({
    name: 'posts',
    fields: [
      { name: 'title', type: 'string' },
      { name: 'category', type: 'belongsTo', target: 'categories' },
      { name: 'tags', type: 'belongsToMany', target: 'tags' },
      { name: 'secret', type: 'string', hidden: true },
    ],
  })
  await fixture.create({
    name: 'comments',
    fields: [
      { name: 'text', type: 'string' },
      { name: 'post', type: 'belongsTo', target: 'posts' },
    ],
  })
  posts = await fixture.alter({
    ...fixture.get('posts').definition,
    fields: [...fixture.get('posts').definition.fields, { name: 'comments', type: 'hasMany', target: 'comments' }],
  })
  await createRecords(
    fixture.db,
    posts,
    [
      {
        title: 'both',
        category: { title: 'News', group: { name: 'G' }, secret: 's' },
        tags: [
          { name: 'a', rank: 1 },
          { name: 'b', rank: 2 },
        ],
        comments: [{ text: 'first' }, { text: 'second' }],
      },
      { title: 'plain' },
      { title: 'bare', category: { title: null } },
    ],
    actor,
  )
  for (const { id, title } of (await listRecords(fixture.db, posts)).data) ids[title as string] = id as number
  samples = await fixture.create({
    name: 'samples',
    fields: [
      { name: 'text', type: 'string' },
      { name: 'choice', type: 'enum', values: ['a', 'B', 'c%'] },
      { name: 'whole', type: 'integer' },
      { name: 'large', type: 'bigint' },
      { name: 'exact', type: 'decimal' },
      { name: 'float', type: 'float' },
      { name: 'flag', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'instant', type: 'datetime' },
      { name: 'clock', type: 'time' },
      { name: 'uuid', type: 'uuid' },
      { name: 'json', type: 'json' },
      { name: 'many', type: 'multiEnum', values: ['x', 'y', 'z'] },
    ],
  })
})
afterAll(() => fixture.stop())

const words = ['', 'a', 'A', 'ab', 'aB%', 'b_a', '\\', 'é', 'É', 'Σς', '👋a', '\uFF5E', 'İ', 'a b']
const days = ['0001-01-01', '2024-02-28', '2024-02-29', '2024-03-01', '9999-12-31']
const instants = [
  '0001-01-01T00:00:00.000Z',
  '2024-02-28T23:59:59.999Z',
  '2024-02-29T00:00:00.000Z',
  '2024-02-29T12:30:00.500Z',
  '2024-03-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
]
const uuids = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff']
const pool = {
  text: words,
  choice: ['a', 'B', 'c%'],
  whole: [-2_147_483_648, -1, 0, 1, 2, 2_147_483_647],
  large: [0, -1, 7, '9223372036854775807', '-9223372036854775808', 9_007_199_254_740_991],
  exact: [0, -1, 0.1, '0.10', '0.10000000000000000001', '12345678901234567890.5', 2.5, 1e-7],
  float: [0, -0.5, 0.1, 1e300, 5e-324, 3],
  flag: [true, false],
  day: days,
  instant: instants,
  clock: ['00:00', '09:30:00', '09:30:00.5', '23:59:59.999'],
  uuid: uuids,
  json: [{ a: 1 }, { a: [1, null] }, [], '', 0, 'x', false],
  many: [[], ['x'], ['y', 'x'], ['x', 'y'], ['x', 'y', 'z']],
}
type Name = keyof typeof pool
const ordered: Name[] = ['text', 'choice', 'whole', 'large', 'exact', 'float', 'day', 'instant', 'clock', 'uuid']
const scalars: Name[] = [...ordered, 'flag']
const every = Object.keys(pool) as Name[]

const record = fc.record(
  Object.fromEntries(every.map((name) => [name, fc.option(fc.constantFrom<unknown>(...pool[name]))])),
) as fc.Arbitrary<JsonObject>

const pick = (name: Name) => fc.constantFrom<unknown>(...pool[name])
const on = (names: Name[], operators: string[], operand: (name: Name) => fc.Arbitrary<unknown>) =>
  fc
    .constantFrom(...names)
    .chain((name) =>
      fc
        .tuple(fc.constantFrom(...operators), operand(name))
        .map(([operator, value]) => ({ [name]: { [operator]: value } })),
    )
const condition = fc.oneof(
  on(every, ['$eq', '$ne'], (name) => fc.option(pick(name))),
  on(ordered, ['$gt', '$gte', '$lt', '$lte'], pick),
  on(ordered, ['$between'], (name) => fc.tuple(pick(name), pick(name))),
  on(scalars, ['$in', '$notIn', '$anyOf', '$noneOf'], (name) => fc.array(fc.option(pick(name)), { maxLength: 3 })),
  on(['many'], ['$anyOf', '$noneOf'], () => fc.subarray(['x', 'y', 'z'])),
  on(['text', 'choice'], ['$includes', '$notIncludes', '$startsWith', '$endsWith'], () => fc.constantFrom(...words)),
  on(['text', 'choice'], ['$like', '$iLike'], () =>
    fc
      .array(fc.constantFrom('%', '_', '\\%', '\\_', 'a', 'B', 'é', '👋'), { maxLength: 5 })
      .map((parts) => parts.join('')),
  ),
  on(every, ['$empty', '$notEmpty', '$exists'], () => fc.boolean()),
  on(['day', 'instant'], ['$dateOn', '$dateBefore', '$dateAfter'], () => fc.constantFrom(...days, ...instants)),
)
const { filter } = fc.letrec<{ filter: JsonObject }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition as fc.Arbitrary<JsonObject>,
    fc.record({ $and: fc.array(tie('filter'), { maxLength: 3 }) }) as fc.Arbitrary<JsonObject>,
    fc.record({ $or: fc.array(tie('filter'), { maxLength: 3 }) }) as fc.Arbitrary<JsonObject>,
    fc.record({ $not: tie('filter') }) as fc.Arbitrary<JsonObject>,
  ),
}))

test('a filter says the same of a record in SQL and in memory', async () => {
  const single = every.flatMap((name) => pool[name].map((value) => ({ [name]: value })))
  const all = [
    ...(await createRecords(fixture.db, samples, fc.sample(record, { numRuns: 300, seed: 7 }), actor)),
    ...(await createRecords(fixture.db, samples, single, actor)),
  ]
  await fc.assert(
    fc.asyncProperty(filter, async (given) => {
      const { data } = await listRecords(fixture.db, samples, {
        filter: given,
        pageSize: 1_000,
        fields: ['id'],
        count: false,
      })
      const parsed = parseFilter(samples, given)
      const matching = all.filter((item) => matchesFilter(parsed, item))
      expect(data.map(({ id }) => id)).toEqual(matching.map(({ id }) => id))
    }),
    { numRuns: 400 },
  )
})

test.each<[JsonObject, string[]]>([
  [{ title: 'both' }, ['both']],
  [{ 'category.title': 'News' }, ['both']],
  [{ category: { title: 'News' } }, ['both']],
  [{ 'category.title': { $ne: 'News' } }, ['plain', 'bare']],
  [{ 'category.title': null }, ['plain', 'bare']],
  [{ 'category.title': { $exists: false } }, ['plain', 'bare']],
  [{ 'category.group.name': 'G' }, ['both']],
  [{ category: { group: { name: { $startsWith: 'G' } } } }, ['both']],
  [{ category: null }, ['plain']],
  [{ category: { $exists: true } }, ['both', 'bare']],
  [{ categoryId: { $empty: true } }, ['plain']],
  [{ 'tags.name': 'b' }, ['both']],
  [{ 'tags.name': { $ne: 'b' } }, ['both']],
  [{ $not: { 'tags.name': 'b' } }, ['plain', 'bare']],
  [{ tags: { name: 'a', rank: 2 } }, []],
  [{ 'tags.name': 'a', 'tags.rank': 2 }, ['both']],
  [{ tags: { $empty: true } }, ['plain', 'bare']],
  [{ tags: { $exists: true } }, ['both']],
  [{ 'comments.text': 'second' }, ['both']],
  [{ comments: { $notEmpty: true } }, ['both']],
  [{ 'comments.post.title': 'both' }, ['both']],
  [{ 'createdBy.email': 'ann@example.com' }, ['both', 'plain', 'bare']],
  [{ createdBy: ACTOR.userId }, ['both', 'plain', 'bare']],
  [{ createdBy: { name: 'Bob' } }, []],
  [{ title: { $not: { $eq: 'both' } } }, ['plain', 'bare']],
  [{ $or: [{ title: 'both' }, { title: 'bare' }], 'category.title': { $empty: true } }, ['bare']],
  [{ $and: [] }, ['both', 'plain', 'bare']],
  [{ $or: [] }, []],
  [{}, ['both', 'plain', 'bare']],
])('%j through associations', async (given, titles) => {
  const { data } = await listRecords(fixture.db, posts, { filter: given })
  expect(data.map(({ title }) => title)).toEqual(titles)
  const appends = ['category.group', 'tags', 'comments.post', 'createdBy']
  const loaded = (await listRecords(fixture.db, posts, { appends })).data
  const parsed = parseFilter(posts, given)
  expect(loaded.filter((item) => matchesFilter(parsed, item)).map(({ title }) => title)).toEqual(titles)
})

test('ids stand for related records', async () => {
  const { data } = await listRecords(fixture.db, posts, { filter: { title: 'both' }, appends: 'category,tags' })
  const [both] = data as [{ category: { id: number }; tags: [{ id: number }, { id: number }] }]
  const titlesOf = async (given: JsonObject) =>
    (await listRecords(fixture.db, posts, { filter: given })).data.map(({ title }) => title)
  expect(await titlesOf({ category: both.category.id })).toEqual(['both'])
  expect(await titlesOf({ category: { $ne: both.category.id } })).toEqual(['plain', 'bare'])
  expect(await titlesOf({ tags: { $anyOf: [both.tags[1].id, 999] } })).toEqual(['both'])
  expect(await titlesOf({ tags: { $noneOf: [both.tags[1].id] } })).toEqual(['plain', 'bare'])
})

test('a record without the associations leaves the answer open, where it hangs on them', async () => {
  const match = (given: JsonObject) =>
    matchesFilter(parseFilter(posts, given), { title: 'both', categoryId: ids.both! })
  expect(match({ 'category.title': 'News' })).toBeUndefined()
  expect(match({ 'tags.name': 'x', title: 'both' })).toBeUndefined()
  expect(match({ 'tags.name': 'x', title: 'other' })).toBe(false)
  expect(match({ $or: [{ 'tags.name': 'x' }, { title: 'both' }] })).toBe(true)
  expect(match({ category: { $exists: true } })).toBe(true)
})

const deep = (depth: number): JsonObject => (depth === 0 ? { title: 'x' } : { $not: deep(depth - 1) })
const long = (length: number) => ({ $or: Array.from({ length }, () => ({ title: 'x' })) })

describe('refused', () => {
  test.each<[unknown, string]>([
    [{ nowhere: 1 }, 'filter.nowhere'],
    [{ secret: 's' }, 'filter.secret'],
    [{ 'category.secret': 's' }, 'filter.category.secret'],
    [{ category: { secret: 's' } }, 'filter.category.secret'],
    [{ 'title.length': 1 }, 'filter.title.length'],
    [{ 'category.title.x': 1 }, 'filter.category.title.x'],
    [{ title: { $regexp: 'x' } }, 'filter.title.$regexp'],
    [{ title: { length: 1 } }, 'filter.title.length'],
    [{ $nor: [] }, 'filter.$nor'],
    [{ $and: {} }, 'filter.$and'],
    [{ $or: [1] }, 'filter.$or.0'],
    [{ title: 5 }, 'filter.title'],
    [{ title: ['a'] }, 'filter.title'],
    [{ title: { $in: 'a' } }, 'filter.title.$in'],
    [{ title: { $in: Array.from({ length: 1_001 }, () => 'a') } }, 'filter.title.$in'],
    [{ title: { $gt: null } }, 'filter.title.$gt'],
    [{ title: { $like: 'x\\' } }, 'filter.title.$like'],
    [{ title: { $like: '%'.repeat(257) } }, 'filter.title.$like'],
    [{ title: { $includes: 'a\u0000' } }, 'filter.title.$includes'],
    [{ id: { $between: [1] } }, 'filter.id.$between'],
    [{ id: { $eq: Number.NaN } }, 'filter.id.$eq'],
    [{ id: { $includes: '1' } }, 'filter.id.$includes'],
    [{ createdAt: { $gt: 'now' } }, 'filter.createdAt.$gt'],
    [{ createdAt: { $dateOn: 'infinity' } }, 'filter.createdAt.$dateOn'],
    [{ createdAt: { $exists: 1 } }, 'filter.createdAt.$exists'],
    [{ tags: { $gt: 1 } }, 'filter.tags.$gt'],
    [{ tags: 'x' }, 'filter.tags'],
    [{ constructor: 1 }, 'filter.constructor'],
    [{ title: { constructor: 1 } }, 'filter.title.constructor'],
    [JSON.parse('{"__proto__": {"title": 1}}'), 'filter.__proto__'],
    [deep(16), 'filter.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not.$not'],
    [{ [Array.from({ length: 20 }, () => 'comments.post').join('.')]: 1 }, ''],
    [long(201), 'filter.$or.200.title'],
    ['title', 'filter'],
    [[], 'filter'],
    [null, 'filter'],
  ])('%j', async (given, path) => {
    await expectFailure(() => parseFilter(posts, given), 'invalid_input', path === '' ? undefined : path)
  })

  test('not yet at the limits', async () => {
    expect(await countRecords(fixture.db, posts, deep(15))).toBe(3)
    expect(await countRecords(fixture.db, posts, long(200))).toBe(0)
    expect(await countRecords(fixture.db, posts, { title: { $in: Array.from({ length: 1_000 }, () => 'both') } })).toBe(
      1,
    )
  })

  test('values are bound, never part of the statement', async () => {
    const evil = `x' or true --`
    await createRecord(fixture.db, fixture.get('tags'), { name: evil }, actor)
    expect(await countRecords(fixture.db, fixture.get('tags'), { name: evil })).toBe(1)
    expect(await countRecords(fixture.db, fixture.get('tags'), { name: { $includes: `' OR true` } })).toBe(1)
    expect(await countRecords(fixture.db, fixture.get('tags'), { name: `x' or 'a' = 'a` })).toBe(0)
  })
})
