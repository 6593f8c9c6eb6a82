import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataDb } from './data-db.ts'
import { applyPlan, planAlter, planCreate, planDrop } from './ddl.ts'
import { parseCollection } from './definition.ts'
import { deleteCollection, insertCollection, listCollections, updateCollection } from './metadata.ts'
import { getRecord, listRecords } from './records.ts'
import { buildCollectionRegistry } from './registry.ts'
import { tableShapes } from './table-shape.ts'
import { actor, createFixture, expectFailure, type Fixture } from './test-fixture.ts'
import { createRecord } from './write-records.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await createFixture()
})
afterAll(() => fixture.stop())

async function columnsOf(table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select column_name as name from information_schema.columns
    where table_schema = 'data' and table_name = ${table} order by ordinal_position`.execute(dataDb(fixture.db))
  return rows.map(({ name }) => name)
}

async function constraintsIn(table: string): Promise<string[]> {
  const { rows } = await sql<{
    name: string
  }>`select conname as name from pg_constraint c join pg_class t on t.oid = c.conrelid
    where t.relname = ${table} and contype in ('c', 'u', 'f') union select indexname from pg_indexes where tablename = ${table} and indexname not like '%pkey' and indexname not like '%_key'
    order by 1`.execute(dataDb(fixture.db))
  return rows.map(({ name }) => name)
}

test('a collection becomes a table with names of any script, keys and constraints', async () => {
  await fixture.create({
    name: 'categories',
    fields: [{ name: 'title', type: 'string', required: true, unique: true }],
  })
  await fixture.create({ name: '标签', idType: 'uuid', fields: [{ name: '金额', type: 'decimal', min: 0 }] })
  await fixture.create({
    name: 'posts',
    fields: [
      { name: 'title', type: 'string', max: 20, default: "it's" },
      {
        name: 'status',
        type: 'enum',
        values: ['draft', { value: 'live', label: 'Live' }],
        default: 'draft',
        indexed: true,
      },
      { name: 'category', type: 'belongsTo', target: 'categories' },
      { name: 'tags', type: 'belongsToMany', target: '标签' },
      { name: 'replies', type: 'hasMany', target: 'posts', foreignKey: 'parentId' },
      { name: 'author', type: 'belongsTo', target: 'users' },
    ],
  })
  expect(await columnsOf('posts')).toEqual([
    'id',
    'createdAt',
    'updatedAt',
    'createdBy',
    'updatedBy',
    'title',
    'status',
    'categoryId',
    'authorId',
    'parentId',
  ])
  expect(await columnsOf('posts_tags')).toEqual(['postsId', '标签Id'])
  expect(await constraintsIn('posts')).toEqual([
    'posts_authorId_fkey',
    'posts_authorId_idx',
    'posts_categoryId_fkey',
    'posts_categoryId_idx',
    'posts_parentId_fkey',
    'posts_parentId_idx',
    'posts_status_check',
    'posts_status_idx',
    'posts_title_check',
  ])
  const post = await createRecord(fixture.db, fixture.get('posts'), {}, actor)
  expect(post).toMatchObject({ title: "it's", status: 'draft', categoryId: null, parentId: null })
})

test('the registry as planned is the registry as read back from the stored definitions', async () => {
  for (const { definition } of fixture.registry().list()) await insertCollection(fixture.db, definition)
  const stored = await listCollections(fixture.db)
  const rows = stored.map((definition) => ({ name: definition.name, title: definition.title ?? null, definition }))
  const read = buildCollectionRegistry(rows)
  expect(read.problems).toEqual([])
  expect(new Map([...tableShapes(read)].sort())).toEqual(new Map([...tableShapes(fixture.registry())].sort()))
  await updateCollection(fixture.db, { ...stored[0]!, title: 'Changed' })
  expect((await listCollections(fixture.db))[0]!.title).toBe('Changed')
  await expectFailure(insertCollection(fixture.db, stored[0]!), 'conflict', 'name')
  await deleteCollection(fixture.db, stored[0]!.name)
  await expectFailure(deleteCollection(fixture.db, stored[0]!.name), 'not_found')
})

test('fields are added, renamed with their values, and changed; a plan of no change has no statements', async () => {
  const things = await fixture.create({
    name: 'things',
    fields: [
      { name: 'label', type: 'string', unique: true, max: 5 },
      { name: 'count', type: 'integer', indexed: true },
      { name: 'owner', type: 'belongsTo', target: 'categories' },
    ],
  })
  const category = await createRecord(fixture.db, fixture.get('categories'), { title: 'renames' }, actor)
  const made = await createRecord(fixture.db, things, { label: 'one', count: 7, ownerId: category.id! }, actor)
  expect(planAlter(fixture.registry(), 'things', things.definition).statements).toEqual([])
  const next = parseCollection({
    name: 'things',
    fields: [
      { name: 'name', type: 'text', unique: true, max: 50 },
      { name: 'count', type: 'bigint', indexed: true, required: true, default: 1 },
      { name: 'holder', type: 'belongsTo', target: 'categories' },
      { name: 'note', type: 'text', required: true, default: 'none' },
    ],
  })
  const altered = await fixture.alter(next, { renames: { label: 'name', owner: 'holder' } })
  expect(await getRecord(fixture.db, altered, { id: made.id })).toMatchObject({
    name: 'one',
    count: 7,
    holderId: category.id,
    note: 'none',
  })
  expect(await constraintsIn('things')).toEqual([
    'things_count_idx',
    'things_holderId_fkey',
    'things_holderId_idx',
    'things_name_check',
    'things_name_key',
  ])
  expect(planAlter(fixture.registry(), 'things', altered.definition).statements).toEqual([])
})

test('what loses data must be confirmed by name, and is not done otherwise', async () => {
  const lossy = await fixture.create({
    name: 'lossy',
    fields: [
      { name: 'gone', type: 'text' },
      { name: 'price', type: 'decimal' },
      { name: 'labels', type: 'belongsToMany', target: 'categories' },
      { name: 'parts', type: 'hasMany', target: 'lossy', foreignKey: 'wholeId' },
    ],
  })
  await createRecord(fixture.db, lossy, { gone: 'x', price: '1.5' }, actor)
  const next = parseCollection({ name: 'lossy', fields: [{ name: 'price', type: 'integer' }] })
  const { destructive, statements } = planAlter(fixture.registry(), 'lossy', next)
  expect(destructive.map(({ name }) => name).sort()).toEqual(['gone', 'labels', 'parts', 'price'])
  expect(statements).toContain('alter table "data"."lossy" drop column "gone"')
  const error = await expectFailure(fixture.alter(next, { confirm: ['gone', 'labels'] }), 'invalid_input', 'confirm')
  expect(error.message).toContain('price')
  expect(await columnsOf('lossy')).toContain('gone')
  await fixture.alter(next, { confirm: ['gone', 'labels', 'parts', 'price'] })
  expect(await columnsOf('lossy')).not.toContain('gone')
  expect(await columnsOf('lossy_labels')).toEqual([])
  expect((await listRecords(fixture.db, fixture.get('lossy'))).data[0]!.price).toBe(2)
})

test('a key that a belongsTo also holds survives the hasMany that used it', async () => {
  await fixture.create({ name: 'orders', fields: [] })
  await fixture.create({ name: 'items', fields: [{ name: 'order', type: 'belongsTo', target: 'orders' }] })
  const orders = await fixture.alter(
    parseCollection({ name: 'orders', fields: [{ name: 'items', type: 'hasMany', target: 'items' }] }),
  )
  expect(orders.associations.get('items')!.foreignKey).toBe('orderId')
  const plan = planAlter(fixture.registry(), 'orders', parseCollection({ name: 'orders', fields: [] }))
  expect(plan).toMatchObject({ statements: [], destructive: [] })
})

test('a change that the records do not allow is a conflict and leaves the table as it was', async () => {
  const strict = await fixture.create({ name: 'strict', fields: [{ name: 'word', type: 'string' }] })
  await createRecord(fixture.db, strict, { word: null }, actor)
  await createRecord(fixture.db, strict, { word: 'long word' }, actor)
  await createRecord(fixture.db, strict, { word: 'long word' }, actor)
  const change = (field: object) =>
    parseCollection({ name: 'strict', fields: [{ name: 'word', type: 'string', ...field }] })
  await expectFailure(fixture.alter(change({ required: true })), 'conflict')
  await expectFailure(fixture.alter(change({ unique: true })), 'conflict')
  await expectFailure(fixture.alter(change({ max: 3 })), 'conflict')
  await expectFailure(fixture.alter(change({ type: 'integer' }), { confirm: ['word'] }), 'conflict')
  const added = parseCollection({
    name: 'strict',
    fields: [
      { name: 'first', type: 'string' },
      { name: 'word', type: 'string', required: true },
    ],
  })
  await expectFailure(fixture.alter(added), 'conflict')
  expect(await columnsOf('strict')).not.toContain('first')
})

test('a collection is dropped when nothing points to it and its name is confirmed', async () => {
  await expectFailure(() => planDrop(fixture.registry(), 'categories'), 'conflict')
  await expectFailure(() => planDrop(fixture.registry(), 'users'), 'invalid_input')
  const plan = planDrop(fixture.registry(), 'posts')
  await expectFailure(
    fixture.client.transaction((trx) => applyPlan(trx, plan)),
    'invalid_input',
    'confirm',
  )
  await fixture.client.transaction((trx) => applyPlan(trx, plan, ['posts']))
  expect(await columnsOf('posts')).toEqual([])
  expect(await columnsOf('posts_tags')).toEqual([])
})

test.each<[string, unknown, string]>([
  ['a forbidden name', { name: '__proto__', fields: [] }, 'name'],
  ['a name with a quote', { name: 'a"b', fields: [] }, 'name'],
  ['a name of more than 63 bytes', { name: '金'.repeat(22), fields: [] }, 'name'],
  ['a system field', { name: 'bad', fields: [{ name: 'createdAt', type: 'date' }] }, 'fields.0.name'],
  ['an unknown type', { name: 'bad', fields: [{ name: 'a', type: 'money' }] }, 'fields.0.type'],
  ['a column of every row', { name: 'bad', fields: [{ name: 'xmin', type: 'text' }] }, 'fields.0.name'],
  ['an option of another type', { name: 'bad', fields: [{ name: 'a', type: 'boolean', max: 3 }] }, 'fields.0'],
  [
    'an unknown target',
    { name: 'bad', fields: [{ name: 'a', type: 'belongsTo', target: 'nowhere' }] },
    'fields.0.target',
  ],
  [
    'two fields of one name',
    {
      name: 'bad',
      fields: [
        { name: 'a', type: 'text' },
        { name: 'a', type: 'date' },
      ],
    },
    'fields.1.name',
  ],
  [
    'a key that is a field',
    {
      name: 'bad',
      fields: [
        { name: 'aId', type: 'text' },
        { name: 'a', type: 'belongsTo', target: 'users' },
      ],
    },
    'fields.1.foreignKey',
  ],
  [
    'a default that does not fit',
    { name: 'bad', fields: [{ name: 'a', type: 'enum', values: ['x'], default: 'y' }] },
    'fields.0.default',
  ],
  ['a limit that does not fit', { name: 'bad', fields: [{ name: 'a', type: 'date', min: 'soon' }] }, 'fields.0.min'],
  [
    'hasMany to a table of the system',
    { name: 'bad', fields: [{ name: 'a', type: 'hasMany', target: 'users' }] },
    'fields.0.target',
  ],
])('%s is refused', async (_, definition, path) => {
  await expectFailure(() => planCreate(fixture.registry(), parseCollection(definition)), 'invalid_input', path)
})

test('a quote in a default, a choice or a pattern stays text', async () => {
  const name = 'quotes'
  const evil = `'); drop table data.categories; --`
  const quotes = await fixture.create({
    name,
    fields: [
      { name: 'a', type: 'string', default: evil },
      { name: 'b', type: 'enum', values: [evil, '\\'], default: '\\' },
      { name: 'c', type: 'multiEnum', values: [evil, 'x,y"'], default: [evil, 'x,y"'] },
      { name: 'd', type: 'json', default: { text: evil } },
      { name: 'e', type: 'datetime', default: 'now' },
    ],
  })
  const made = await createRecord(fixture.db, quotes, {}, actor)
  expect(made).toMatchObject({ a: evil, b: '\\', c: [evil, 'x,y"'], d: { text: evil } })
  expect(made.e).toBe(made.createdAt)
  expect(await columnsOf('categories')).toContain('title')
})
