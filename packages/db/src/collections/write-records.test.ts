import type { JsonObject } from '@ensue/engine/core'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Trx } from '../client.ts'
import { addRelated, createRelated, listRelated, removeRelated, setRelated } from './associations.ts'
import { countRecords, getRecord, listRecords } from './records.ts'
import { actor, createFixture, expectFailure, type Fixture } from './test-fixture.ts'
import { firstOrCreateRecord, upsertRecord } from './upsert-records.ts'
import { nestedActions, planWrite } from './write-plan.ts'
import { createRecord, createRecords, destroyRecords, updateRecords } from './write-records.ts'

const ANN = '01930000-0000-7000-8000-0000000000aa'
const fixture: Fixture = await createFixture()
await sql`insert into ensue.user (id, email, name, password_hash, roles) values (${ANN}, 'ann@example.com', 'Ann', '', '{}')`.execute(
  fixture.db,
)
await fixture.create({ name: 'categories', fields: [{ name: 'title', type: 'string', required: true, unique: true }] })
await fixture.create({ name: 'tags', idType: 'uuid', fields: [{ name: 'name', type: 'string', unique: true }] })
await fixture.create({ name: 'profiles', fields: [{ name: 'bio', type: 'string' }] })
const posts = await fixture.create({
  name: 'posts',
  fields: [
    { name: 'title', type: 'string', required: true },
    { name: 'code', type: 'string', unique: true },
    { name: 'snake_case', type: 'integer', max: 100 },
    { name: 'meta', type: 'json' },
    { name: 'category', type: 'belongsTo', target: 'categories', onDelete: 'restrict' },
    { name: 'author', type: 'belongsTo', target: 'users' },
    { name: 'tags', type: 'belongsToMany', target: 'tags' },
    { name: 'profile', type: 'hasOne', target: 'profiles' },
    { name: 'replies', type: 'hasMany', target: 'posts', foreignKey: 'parentId' },
  ],
})
await fixture.create({
  name: 'lines',
  fields: [
    { name: 'text', type: 'string' },
    { name: 'order', type: 'belongsTo', target: 'posts', required: true, onDelete: 'cascade' },
  ],
})
const orders = await fixture.create({ name: 'orders', fields: [{ name: 'post', type: 'belongsTo', target: 'posts' }] })
const { db, client } = fixture
const { categories, tags } = { categories: fixture.get('categories'), tags: fixture.get('tags') }

beforeEach(async () => {
  await sql`truncate data.posts, data.categories, data.tags, data.profiles, data.lines, data.orders cascade`.execute(db)
})
afterAll(() => fixture.stop())

const inTrx = <T>(work: (trx: Trx) => Promise<T>) => client.transaction(work)
const full = (id: unknown) => getRecord(db, posts, { id }, { appends: 'category,tags,profile,replies,author' })
const total = async () =>
  Promise.all(['posts', 'categories', 'tags', 'profiles'].map((name) => countRecords(db, fixture.get(name))))

describe('nested values', () => {
  test('create what they describe and link what they name', async () => {
    const kept = await createRecord(db, tags, { name: 'kept' }, actor)
    const made = await inTrx((trx) =>
      createRecord(
        trx,
        posts,
        {
          title: 'a',
          category: { title: 'new' },
          author: ANN,
          tags: [{ name: 'x' }, kept.id!, { id: kept.id! }],
          profile: { bio: 'me' },
          replies: [
            { title: 'r1', category: { title: 'other' } },
            { title: 'r2', replies: [{ title: 'r3' }] },
          ],
        },
        actor,
      ),
    )
    const read = await full(made.id)
    expect(read).toMatchObject({
      category: { title: 'new' },
      author: { email: 'ann@example.com', name: 'Ann' },
      profile: { bio: 'me', createdBy: actor.actor.userId },
      replies: [{ title: 'r1' }, { title: 'r2' }],
    })
    expect((read.tags as JsonObject[]).map(({ name }) => name).sort()).toEqual(['kept', 'x'])
    expect(read.author).toEqual({ id: ANN, email: 'ann@example.com', name: 'Ann' })
    expect(await total()).toEqual([4, 2, 2, 1])
  })

  test('of an update say exactly what is related afterwards', async () => {
    const { id } = await inTrx((trx) =>
      createRecord(
        trx,
        posts,
        {
          title: 'a',
          tags: [{ name: 'x' }, { name: 'y' }],
          replies: [{ title: 'r1' }, { title: 'r2' }],
          profile: { bio: 'old' },
          category: { title: 'c' },
        },
        actor,
      ),
    )
    const before = await full(id)
    const [x] = before.tags as JsonObject[]
    const [r1] = before.replies as JsonObject[]
    await inTrx((trx) =>
      updateRecords(
        trx,
        posts,
        { id },
        {
          tags: [x!.id!, { name: 'z' }],
          replies: [{ id: r1!.id!, title: 'changed' }, { title: 'r4' }],
          profile: { bio: 'new' },
          category: null,
        },
        actor,
      ),
    )
    const after = await full(id)
    expect((after.tags as JsonObject[]).map(({ name }) => name).sort()).toEqual(['x', 'z'])
    expect(after.replies).toMatchObject([{ title: 'changed' }, { title: 'r4' }])
    expect(after).toMatchObject({ profile: { bio: 'new' }, category: null, categoryId: null })
    expect(await total()).toEqual([4, 1, 3, 2])
    await inTrx((trx) => updateRecords(trx, posts, { id }, { tags: [], replies: [], profile: null }, actor))
    expect(await full(id)).toMatchObject({ tags: [], replies: [], profile: null })
  })

  test.each<[JsonObject, string]>([
    [{ tags: [{ name: 5 }] }, 'values.tags.0.name'],
    [{ tags: [{ nowhere: 5 }] }, 'values.tags.0.nowhere'],
    [{ tags: { name: 'x' } }, 'values.tags'],
    [{ tags: null }, 'values.tags'],
    [{ tags: [null] }, 'values.tags.0'],
    [{ tags: ['not-a-uuid'] }, 'values.tags.0'],
    [{ category: {} }, 'values.category.title'],
    [{ category: [1] }, 'values.category'],
    [{ category: { title: 'x' }, categoryId: 1 }, 'values.category'],
    [{ author: { name: 'Eve' } }, 'values.author'],
    [{ author: { id: ANN, name: 'Eve' } }, 'values.author'],
    [{ replies: [{ title: 'r', parentId: 1 }] }, 'values.replies.0.parentId'],
    [
      {
        replies: [
          {
            title: '1',
            replies: [
              {
                title: '2',
                replies: [{ title: '3', replies: [{ title: '4', replies: [{ title: '5', replies: [] }] }] }],
              },
            ],
          },
        ],
      },
      'values.replies.0.replies.0.replies.0.replies.0.replies.0.replies',
    ],
    [{ category: { title: 'new' }, tags: [{ name: 'x' }, '01930000-0000-7000-8000-000000000000'] }, ''],
    [{ categoryId: 999 }, 'values.categoryId'],
    [{ profile: 999 }, ''],
  ])('%j is refused and nothing is written', async (values, path) => {
    await expectFailure(
      inTrx((trx) => createRecord(trx, posts, { title: 'a', ...values }, actor)),
      'invalid_input',
      path === '' ? undefined : path,
    )
    expect(await total()).toEqual([0, 0, 0, 0])
  })

  test('tell which collections they write, for rights to be checked', () => {
    const plan = planWrite(
      posts,
      {
        title: 'a',
        category: { title: 'c' },
        author: ANN,
        tags: ['01930000-0000-7000-8000-000000000000', { name: 'x' }],
        replies: [3, { title: 'r', category: { id: 1, title: 'd' } }],
      },
      'create',
    )
    expect(nestedActions(plan)).toEqual([
      { collection: 'categories', action: 'create', path: 'category' },
      { collection: 'tags', action: 'create', path: 'tags.1' },
      { collection: 'posts', action: 'update', path: 'replies.0' },
      { collection: 'posts', action: 'create', path: 'replies.1' },
      { collection: 'categories', action: 'update', path: 'replies.1.category' },
    ])
  })
})

describe('create', () => {
  test('of many keeps their order and takes different fields', async () => {
    const values = Array.from({ length: 300 }, (_, index) => ({
      title: `t${index}`,
      ...(index % 2 === 0 && { snake_case: index % 100 }),
      meta: [index],
    }))
    const made = await createRecords(db, posts, values, actor)
    expect(made.map(({ title }) => title)).toEqual(values.map(({ title }) => title))
    expect(made[2]).toMatchObject({ snake_case: 2, meta: [2], code: null })
    expect(made[1]!.snake_case).toBeNull()
    expect(await createRecords(db, posts, [], actor)).toEqual([])
    await expectFailure(
      createRecords(
        db,
        posts,
        Array.from({ length: 1_001 }, () => ({ title: 'x' })),
        actor,
      ),
      'invalid_input',
      'values',
    )
  })

  test('of a value that is taken is a conflict that does not repeat the value', async () => {
    await createRecord(db, posts, { title: 'a', code: 'taken' }, actor)
    const error = await expectFailure(
      createRecord(db, posts, { title: 'b', code: 'taken' }, actor),
      'conflict',
      'values.code',
    )
    expect(error.message).not.toContain('taken')
  })

  test('gives uuid v7 ids where the collection has them', async () => {
    const made = await createRecord(db, tags, { name: 'a' }, actor)
    expect(made.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })
})

describe('update', () => {
  test('of ids and of a filter, with what was before', async () => {
    const [a, b] = await createRecords(
      db,
      posts,
      [
        { title: 'a', snake_case: 1 },
        { title: 'b', snake_case: 1, meta: { k: 1 } },
      ],
      actor,
    )
    const other = { actor: { userId: ANN } }
    const written = await inTrx((trx) =>
      updateRecords(
        trx,
        posts,
        { filter: { snake_case: 1 } },
        { title: 'a', meta: { k: 1 } },
        { ...other, previous: true },
      ),
    )
    expect(written).toMatchObject([
      {
        record: { id: a!.id!, title: 'a', updatedBy: ANN },
        previous: { title: 'a', updatedBy: actor.actor.userId },
        changed: ['meta'],
      },
      { record: { id: b!.id! }, previous: { title: 'b' }, changed: ['title'] },
    ])
    const [plain] = await updateRecords(db, posts, { ids: [b!.id!, String(a!.id)] }, { snake_case: 2 }, actor)
    expect(plain).toMatchObject({ record: { snake_case: 2 } })
    expect(plain).not.toHaveProperty('previous')
    expect(await countRecords(db, posts, { snake_case: 2 })).toBe(2)
    expect(await updateRecords(db, posts, { filter: { title: 'none' } }, { title: 'x' }, actor)).toEqual([])
  })

  test('needs to be told which records, and all of them', async () => {
    const made = await createRecord(db, posts, { title: 'a' }, actor)
    const update = (target: object, values: unknown = { title: 'b' }) =>
      inTrx((trx) => updateRecords(trx, posts, target, values, actor))
    await expectFailure(update({}), 'invalid_input', 'filter')
    await expectFailure(update({ id: 1, filter: {} }), 'invalid_input', 'filter')
    await expectFailure(update({ id: 'x' }), 'invalid_input', 'id')
    await expectFailure(update({ ids: [made.id, 999_999] }), 'not_found', 'id')
    await expectFailure(update({ id: 999_999 }), 'not_found', 'id')
    await expectFailure(update({ id: made.id }, { title: null }), 'invalid_input', 'values.title')
    await expectFailure(update({ id: made.id }, { snake_case: 101 }), 'invalid_input', 'values.snake_case')
    const two = await createRecord(db, posts, { title: 'a' }, actor)
    await expectFailure(update({ ids: [made.id, two.id] }, { tags: [] }), 'invalid_input', 'values.tags')
    expect(await countRecords(db, posts, { title: 'a' })).toBe(2)
  })
})

describe('destroy', () => {
  test('returns the records as they were, and is refused while others refer to them', async () => {
    const made = await inTrx((trx) =>
      createRecord(
        trx,
        posts,
        { title: 'a', category: { title: 'c' }, tags: [{ name: 'x' }], replies: [{ title: 'r' }] },
        actor,
      ),
    )
    await createRecord(db, fixture.get('lines'), { text: 'l', order: made.id! }, actor)
    await createRecord(db, orders, { post: made.id! }, actor)
    await expectFailure(destroyRecords(db, categories, { id: made.categoryId }), 'conflict')
    await expectFailure(destroyRecords(db, posts, {}), 'invalid_input', 'filter')
    await expectFailure(destroyRecords(db, posts, { id: 999_999 }), 'not_found')
    await expectFailure(destroyRecords(db, fixture.get('users'), { id: ANN }), 'invalid_input')
    expect(await destroyRecords(db, posts, { id: made.id })).toMatchObject([{ id: made.id!, title: 'a' }])
    expect((await listRecords(db, posts)).data).toMatchObject([{ title: 'r', parentId: null }])
    expect((await listRecords(db, orders)).data).toMatchObject([{ postId: null }])
    expect(await countRecords(db, fixture.get('lines'))).toBe(0)
    expect(await countRecords(db, tags)).toBe(1)
    expect(await destroyRecords(db, posts, { filter: { title: 'r' } })).toHaveLength(1)
  })
})

describe('upsert and firstOrCreate', () => {
  test('find by the unique field, tell what they did', async () => {
    const first = await inTrx((trx) =>
      upsertRecord(trx, posts, { title: 'a', code: 'k' }, { ...actor, previous: true }),
    )
    expect(first).toMatchObject({ created: true, record: { title: 'a' } })
    const second = await inTrx((trx) =>
      upsertRecord(
        trx,
        posts,
        { title: 'b', code: 'k', tags: [{ name: 'x' }] },
        { ...actor, keys: ['code'], previous: true },
      ),
    )
    expect(second).toMatchObject({
      created: false,
      record: { id: first.record.id!, title: 'b' },
      previous: { title: 'a' },
      changed: ['title'],
    })
    expect(await full(first.record.id)).toMatchObject({ tags: [{ name: 'x' }] })
    const upsert = (values: object, keys?: string[]) =>
      upsertRecord(db, posts, values, { ...actor, ...(keys && { keys }) })
    await expectFailure(upsert({ title: 'a' }), 'invalid_input', 'keys')
    await expectFailure(upsert({ title: 'a' }, ['title']), 'invalid_input', 'keys')
    await expectFailure(upsert({ title: 'a' }, ['code']), 'invalid_input', 'values.code')
    await expectFailure(upsert({ title: 'a' }, ['id']), 'invalid_input', 'keys')
  })

  test('many at once make one record', async () => {
    const upserts = Array.from({ length: 8 }, (_, index) =>
      inTrx((trx) => upsertRecord(trx, posts, { title: `t${index}`, code: 'same' }, actor)),
    )
    const firsts = Array.from({ length: 8 }, () =>
      inTrx((trx) => firstOrCreateRecord(trx, categories, { title: 'same' }, undefined, actor)),
    )
    const results = await Promise.all([...upserts, ...firsts])
    expect(results.filter(({ created }) => created)).toHaveLength(2)
    expect(await countRecords(db, posts)).toBe(1)
    expect(await countRecords(db, categories)).toBe(1)
  })

  test('firstOrCreate takes values of its own', async () => {
    const made = await inTrx((trx) =>
      firstOrCreateRecord(trx, posts, { title: 'a', snake_case: { $gt: 5 } }, { snake_case: 9 }, actor),
    )
    expect(made).toMatchObject({ created: true, record: { title: 'a', snake_case: 9 } })
    const found = await inTrx((trx) =>
      firstOrCreateRecord(trx, posts, { title: 'a', snake_case: { $gt: 5 } }, { snake_case: 7 }, actor),
    )
    expect(found).toMatchObject({ created: false, record: { id: made.record.id!, snake_case: 9 } })
    await expectFailure(firstOrCreateRecord(db, posts, { snake_case: 1 }, {}, actor), 'invalid_input', 'values.title')
  })
})

describe('associations', () => {
  test('are added to, set and removed from, one way and the other', async () => {
    const { id } = await createRecord(db, posts, { title: 'a' }, actor)
    const made = await createRecords(db, tags, [{ name: 'x' }, { name: 'y' }, { name: 'z' }], actor)
    const [x, y, z] = made.map((tag) => tag.id!)
    const names = async () => (await listRelated(db, posts, id, 'tags', { sort: 'name' })).data.map(({ name }) => name)
    expect(await inTrx((trx) => addRelated(trx, posts, id, 'tags', [x, y, x], actor))).toHaveLength(2)
    await inTrx((trx) => addRelated(trx, posts, id, 'tags', [y], actor))
    expect(await names()).toEqual(['x', 'y'])
    await inTrx((trx) => setRelated(trx, posts, id, 'tags', [y, z], actor))
    expect(await names()).toEqual(['y', 'z'])
    await inTrx((trx) => removeRelated(trx, posts, id, 'tags', [z, x], actor))
    expect(await names()).toEqual(['y'])
    const replies = await createRecords(db, posts, [{ title: 'r1' }, { title: 'r2' }], actor)
    await inTrx((trx) =>
      setRelated(
        trx,
        posts,
        id,
        'replies',
        replies.map((reply) => reply.id),
        actor,
      ),
    )
    expect((await listRelated(db, posts, id, 'replies', { filter: { title: 'r2' } })).data).toMatchObject([
      { title: 'r2', parentId: id! },
    ])
    await inTrx((trx) => createRelated(trx, posts, id, 'replies', [{ title: 'r3' }], actor))
    await inTrx((trx) => createRelated(trx, posts, id, 'tags', [{ name: 'new' }], actor))
    expect(await names()).toEqual(['new', 'y'])
    expect((await listRelated(db, posts, id, 'replies')).meta.total).toBe(3)
    expect((await listRelated(db, posts, replies[0]!.id, 'category')).data).toEqual([])
  })

  test('refuse what is not there', async () => {
    const { id } = await createRecord(db, posts, { title: 'a' }, actor)
    const add = (owner: unknown, name: string, ids: unknown) =>
      inTrx((trx) => addRelated(trx, posts, owner, name, ids, actor))
    await expectFailure(add(999_999, 'tags', []), 'not_found')
    await expectFailure(add(id, 'nowhere', []), 'invalid_input', 'association')
    await expectFailure(add(id, 'category', [1]), 'invalid_input', 'association')
    await expectFailure(add(id, 'tags', ['01930000-0000-7000-8000-000000000000']), 'invalid_input')
    await expectFailure(add(id, 'replies', [999_999]), 'invalid_input', 'targets')
    await expectFailure(add(id, 'replies', 'x'), 'invalid_input', 'targets')
    await expectFailure(add(id, 'replies', [{}]), 'invalid_input', 'targets.0')
  })
})
