import type { JsonObject } from '@ensue/engine'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
/** As psql: its own connection, nothing of the product. */
let psql: pg.Client
let number = 0
const call = async (path: string, body: object = {}, token?: string) => {
  const reply = await test.call(`/api/${path}`, { body, ...(token ? { token } : {}) })
  expect(reply.body.errors).toBeUndefined()
  return reply.body.data
}
const isPending = async () => (await psql.query('select exists (select from ensue.change) as pending')).rows[0].pending
const drained = () => expect.poll(isPending).toBe(false)

interface Seen {
  status: string
  depth: number
  parent_id: string | null
  context: JsonObject & { data: JsonObject; previous: JsonObject | null; changed: string[]; event: string }
  error: { code: string } | null
}
/** The executions of a workflow in the order in which they were inserted, when all changes are handled. */
async function seen(key: string): Promise<Seen[]> {
  await drained()
  const { rows } = await psql.query(
    `select e.* from ensue.execution e join ensue.workflow w on w.id = e.workflow_id where w.key = $1 order by e.id`,
    [key],
  )
  return rows
}
const events = async (key: string) => (await seen(key)).map(({ context }) => [context.event, context.data.title])

/** A collection of its own with a workflow that listens to it. */
async function listened(config: JsonObject = {}, fields: object[] = [], nodes: object[] = []) {
  const collection = `posts_${++number}`
  await call('collections:create', {
    name: collection,
    fields: [{ name: 'title', type: 'string' }, { name: 'amount', type: 'decimal' }, ...fields],
  })
  await listen(collection, collection, config, nodes)
  return collection
}
async function listen(key: string, collection: string, config: JsonObject = {}, nodes: object[] = []) {
  const definition = { trigger: { type: 'collection', config: { collection, ...config } }, nodes }
  await call('workflows:create', { key, title: key, definition })
  await call('workflows:deploy', { key })
  await call('workflows:enable', { key, enabled: true })
}
const triggersOn = async (collection: string): Promise<number> =>
  (
    await psql.query(`select count(*)::int as n from pg_trigger where tgrelid = $1::regclass and not tgisinternal`, [
      `data.${collection}`,
    ])
  ).rows[0].n

beforeAll(async () => {
  test = await createTestApp()
  psql = new pg.Client({ connectionString: test.app.client.connectionString })
  await psql.connect()
})
afterAll(async () => {
  await psql.end()
  await test.stop()
})

describe('a change is seen', () => {
  it('of a record made, changed and destroyed over the API, with user and role', async () => {
    const posts = await listened()
    const { id } = await call(`${posts}:create`, { title: 'a', amount: '10.50' })
    await call(`${posts}:update/${id}`, { title: 'b' })
    await call(`${posts}:destroy/${id}`)
    const [created, updated, destroyed, ...more] = await seen(posts)
    expect(more).toEqual([])
    expect(created!.context).toMatchObject({
      event: 'create',
      data: { id, title: 'a', amount: 10.5 },
      previous: null,
      changed: [],
      user: { email: 'admin@example.com', roles: ['admin'] },
      role: 'admin',
    })
    expect(created).toMatchObject({ depth: 0, parent_id: null })
    expect(updated!.context).toMatchObject({
      event: 'update',
      data: { title: 'b' },
      previous: { title: 'a' },
      changed: ['title'],
    })
    expect(destroyed!.context).toMatchObject({ event: 'destroy', data: { title: 'b' }, previous: { title: 'b' } })
  })

  it('of plain SQL, without user and role', async () => {
    const posts = await listened()
    await psql.query(`insert into data.${posts} (title) values ('a'), ('b')`)
    await psql.query(`update data.${posts} set title = upper(title)`)
    await psql.query(`insert into data.${posts} (id, title) values (1, 'c'), (100, 'd')
      on conflict (id) do update set title = excluded.title`)
    await psql.query(`delete from data.${posts} where id = 100`)
    expect(await events(posts)).toEqual([
      ['create', 'a'],
      ['create', 'b'],
      ['update', 'A'],
      ['update', 'B'],
      ['update', 'c'],
      ['create', 'd'],
      ['destroy', 'd'],
    ])
    for (const { context } of await seen(posts)) expect(context).toMatchObject({ user: null, role: null })
  })

  it('of a writer with other rights and names of its own for what the capture uses', async () => {
    const posts = await listened()
    // Roles are the cluster's, which other tests share.
    const stranger = `stranger_${process.pid}`
    await psql.query(`
      create role ${stranger};
      create schema strange authorization ${stranger};
      grant usage on schema data to ${stranger};
      grant all on data.${posts}, data."${posts}_id_seq" to ${stranger};
      set role ${stranger};
      create function strange.row_to_json(record) returns json language plpgsql as $$ begin return '{"id": 666}'::json; end $$;
      create function strange.current_setting(text, boolean) returns text language sql as $$ select '{"role": "admin"}' $$;
      set search_path = strange, pg_catalog;
      insert into data.${posts} (title) values ('a');
      reset search_path;
      reset role`)
    expect(await seen(posts)).toMatchObject([{ context: { data: { id: 1, title: 'a' }, user: null, role: null } }])
    await psql.query(`drop owned by ${stranger} cascade; drop role ${stranger}`)
  })

  it('of each row of COPY and TRUNCATE', async () => {
    const posts = await listened()
    await psql.query(`copy data.${posts} (title) from program 'printf "a\\nb\\n"'`)
    await psql.query(`truncate data.${posts}`)
    expect((await events(posts)).map(([event]) => event)).toEqual(['create', 'create', 'destroy', 'destroy'])
  })

  it('not of a row that is written again as it was, nor of one that was rolled back', async () => {
    const posts = await listened()
    await psql.query(`insert into data.${posts} (title) values ('a')`)
    await psql.query(`update data.${posts} set title = 'a'`)
    await psql.query(`begin; update data.${posts} set title = 'x'; savepoint s; delete from data.${posts}; rollback`)
    await psql.query(
      `begin; savepoint s; delete from data.${posts}; rollback to s; update data.${posts} set title = 'b'; commit`,
    )
    expect(await events(posts)).toEqual([
      ['create', 'a'],
      ['update', 'b'],
    ])
  })

  it('of records written in bulk', async () => {
    const posts = await listened()
    const made = await call(`${posts}:create`, [{ title: 'a' }, { title: 'b' }, { title: 'c' }])
    await call(`${posts}:update?filter=${JSON.stringify({ title: { $ne: 'c' } })}`, { amount: 1 })
    await call(`${posts}:destroy?filter=${JSON.stringify({ id: { $in: made.map(({ id }: { id: number }) => id) } })}`)
    const found = await seen(posts)
    expect(found.map(({ context }) => context.event).join()).toBe(
      'create,create,create,update,update,destroy,destroy,destroy',
    )
    for (const { context } of found) expect(context.role).toBe('admin')
  })

  it('of nested records, and of those that a destroyed one takes along', async () => {
    const posts = await listened()
    const owners = `owners_${number}`
    await call('collections:create', {
      name: owners,
      fields: [
        { name: 'name', type: 'string' },
        { name: 'posts', type: 'hasMany', target: posts, foreignKey: 'ownerId', onDelete: 'cascade' },
      ],
    })
    const { id } = await call(`${owners}:create`, { name: 'x', posts: [{ title: 'a' }, { title: 'b' }] })
    await call(`${owners}:destroy/${id}`)
    const found = await seen(posts)
    expect(found.map(({ context }) => [context.event, context.data.title, context.data.ownerId])).toEqual([
      ['create', 'a', id],
      ['create', 'b', id],
      ['destroy', 'a', id],
      ['destroy', 'b', id],
    ])
    for (const { context } of found) expect(context).toMatchObject({ role: 'admin', user: { roles: ['admin'] } })
  })

  it('with each type as the API gives it, and without hidden fields', async () => {
    const fields = [
      ...['bigint', 'float', 'boolean', 'date', 'datetime', 'time', 'json', 'uuid'].map((type) => ({
        name: type,
        type,
      })),
      { name: 'tags', type: 'multiEnum', values: ['x', 'y'] },
      { name: 'secret', type: 'string', hidden: true },
    ]
    const posts = await listened({}, fields)
    const record = await call(`${posts}:create`, {
      title: 'ünïcode "quoted" \\ {{text}}',
      amount: '12345678901234567890.123456789',
      bigint: '9007199254740993',
      float: 0.1,
      boolean: false,
      date: '2030-01-31',
      datetime: '2030-01-31T10:00:00.120Z',
      time: '09:30:15.25',
      json: { a: [1, null, { b: 0.1 }] },
      uuid: '01a1fc2d-85a0-7055-8fc0-af8102eb0714',
      tags: ['x', 'y'],
      secret: 'hidden',
    })
    const [{ context }] = (await seen(posts)) as [Seen]
    expect(context.data).toEqual(record)
    expect(record).toMatchObject({ bigint: '9007199254740993', amount: '12345678901234567890.123456789' })
    expect(JSON.stringify(context)).not.toContain('hidden')
  })
})

describe('who made it', () => {
  it('is told apart in writes that share a transaction', async () => {
    const posts = await listened()
    const tokens = await Promise.all([1, 2, 3].map((n) => test.signInAs(`m${n}@example.com`, ['member'])))
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => call(`${posts}:create`, { title: `m${(n % 3) + 1}` }, tokens[n % 3])),
    )
    const found = await seen(posts)
    expect(found).toHaveLength(60)
    for (const { context } of found)
      expect((context.user as JsonObject).email).toBe(`${String(context.data.title)}@example.com`)
  })

  it('is the execution whose node wrote: its own change does not start it again, another is one deeper', async () => {
    const nodes = [
      {
        key: 'again',
        type: 'record.update',
        config: { collection: 'chained', id: '{{$context.data.id}}', values: { title: 'done' } },
      },
    ]
    await call('collections:create', { name: 'chained', fields: [{ name: 'title', type: 'string' }] })
    await listen('first', 'chained', { on: ['create', 'update'] }, nodes)
    await listen('second', 'chained', { on: ['update'] })
    await call('chained:create', { title: 'new' })
    await expect.poll(async () => (await seen('second')).length).toBe(1)
    const [own, skipped, ...more] = await seen('first')
    expect(more).toEqual([])
    expect(own).toMatchObject({ depth: 0 })
    expect(skipped).toMatchObject({ status: 'skipped', reason: 'self_triggered', depth: 1 })
    expect(await seen('second')).toMatchObject([{ depth: 1, context: { user: null, event: 'update' } }])
    expect(skipped!.parent_id).toBe((own as Seen & { id: string }).id)
  })

  it('ends a chain that is too deep, of a workflow that may start itself', async () => {
    const config = { collection: 'endless', values: { title: 'more' } }
    await call('collections:create', { name: 'endless', fields: [{ name: 'title', type: 'string' }] })
    await listen('endless', 'endless', { allowSelfTrigger: true }, [{ key: 'more', type: 'record.create', config }])
    await call('endless:create', { title: 'first' })
    await expect.poll(async () => (await seen('endless')).length, { timeout: 10_000 }).toBe(18)
    const found = await seen('endless')
    expect(found.at(-1)).toMatchObject({ status: 'skipped', reason: 'chain_too_deep', depth: 17 })
  })
})

it('starts nothing when a debug run made it', async () => {
  const posts = await listened()
  const config = { collection: posts, values: { title: 'tried' } }
  const definition = { trigger: { type: 'call', config: {} }, nodes: [{ key: 'make', type: 'record.create', config }] }
  await call('workflows:create', { key: 'tried', title: 'T', definition: { ...definition, sync: true } })
  expect((await call('workflows:debug', { key: 'tried' })).status).toBe('succeeded')
  await call(`${posts}:create`, { title: 'real' })
  expect(await events(posts)).toEqual([['create', 'real']])
})

describe('the trigger', () => {
  it('narrows by event, changed fields and condition, also through associations', async () => {
    await call('collections:create', { name: 'tag_owners', fields: [{ name: 'name', type: 'string' }] })
    const condition = { 'owner.name': 'x', amount: { $gt: 9 } }
    const owner = { name: 'owner', type: 'belongsTo', target: 'tag_owners' }
    const tags = await listened({ condition, on: ['create'] }, [owner])
    await listen(`${tags}_changed`, tags, { changed: ['title'], on: ['update'], appends: ['owner'] })
    await call(`${tags}:create`, { title: 'yes', amount: 10, owner: { name: 'x' } })
    await call(`${tags}:create`, { title: 'too little', amount: '9.00', owner: { name: 'x' } })
    const { id } = await call(`${tags}:create`, { title: 'other', amount: 10, owner: { name: 'y' } })
    await call(`${tags}:update/${id}`, { amount: 11 })
    await call(`${tags}:update/${id}`, { title: 'OTHER' })
    expect(await events(tags)).toEqual([['create', 'yes']])
    const [changed, ...more] = await seen(`${tags}_changed`)
    expect(more).toEqual([])
    expect(changed!.context).toMatchObject({ data: { title: 'OTHER', owner: { name: 'y' } }, changed: ['title'] })
    expect(changed!.context.previous).not.toHaveProperty('owner')
  })

  it('is in PostgreSQL only while an enabled, live workflow listens', async () => {
    await call('collections:create', { name: 'watched', fields: [{ name: 'title', type: 'string' }] })
    const definition = (collection: string) => ({ trigger: { type: 'collection', config: { collection } }, nodes: [] })
    await call('workflows:create', { key: 'watch', title: 'W', definition: definition('watched') })
    await call('workflows:deploy', { key: 'watch' })
    expect(await triggersOn('watched')).toBe(0)
    await call('workflows:enable', { key: 'watch', enabled: true })
    expect(await triggersOn('watched')).toBe(2)
    await call('workflows:enable', { key: 'watch', enabled: false })
    expect(await triggersOn('watched')).toBe(0)
    await psql.query(`insert into data.watched (title) values ('unseen')`)
    await call('workflows:enable', { key: 'watch', enabled: true })
    // Another version listens elsewhere; the one before comes back.
    await call('workflows:saveDraft', { key: 'watch', definition: definition('chained') })
    await call('workflows:deploy', { key: 'watch' })
    expect(await triggersOn('watched')).toBe(0)
    await call('workflows:rollback', { key: 'watch', version: 1 })
    expect(await triggersOn('watched')).toBe(2)
    await call('workflows:delete', { key: 'watch' })
    expect(await triggersOn('watched')).toBe(0)
  })

  it('comes and goes with two workflows of one collection that are switched at once', async () => {
    const posts = await listened()
    await listen(`${posts}_b`, posts)
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        call('workflows:enable', { key: posts, enabled: round % 2 === 1 }),
        call('workflows:enable', { key: `${posts}_b`, enabled: round % 2 === 0 }),
      ])
      expect(await triggersOn(posts)).toBe(2)
    }
  })

  it('follows a collection that is altered or dropped and made again', async () => {
    const posts = await listened()
    await psql.query(`begin; insert into data.${posts} (title) values ('before')`)
    const altered = call('collections:alter', {
      name: posts,
      fields: [{ name: 'headline', type: 'string' }],
      renames: { title: 'headline' },
      confirm: ['amount'],
    })
    await psql.query('commit')
    await altered
    await call(`${posts}:create`, { headline: 'after' })
    const found = await seen(posts)
    // What was captured before the change of the schema is handed over as it was then.
    expect(found.map(({ context }) => context.data.title ?? context.data.headline)).toEqual(['before', 'after'])
    await call('collections:drop', { name: posts, confirm: [posts] })
    await call('collections:create', { name: posts, fields: [{ name: 'title', type: 'string' }] })
    await call(`${posts}:create`, { title: 'again' })
    expect((await events(posts)).at(-1)).toEqual(['create', 'again'])
  })

  it('sees the change of an association that a record belongs to, by its own name', async () => {
    await call('collections:create', { name: 'belong_owners', fields: [{ name: 'name', type: 'string' }] })
    const owner = { name: 'owner', type: 'belongsTo', target: 'belong_owners' }
    const posts = await listened({ on: ['update'], changed: ['owner'] }, [owner])
    const { id } = await call(`${posts}:create`, { title: 'a', owner: { name: 'x' } })
    await call(`${posts}:update/${id}`, { title: 'b' })
    await call(`${posts}:update/${id}`, { owner: { name: 'y' } })
    expect(await seen(posts)).toMatchObject([{ context: { event: 'update', changed: ['ownerId'] } }])
  })

  it.each([
    [{ collection: 'users' }, 'trigger.config.collection'],
    [{ collection: 'told', changed: ['updatedAt'] }, 'trigger.config.changed'],
    [{ collection: 'told', changed: ['secret'] }, 'trigger.config.changed'],
    [{ collection: 'told', changed: ['others'] }, 'trigger.config.changed'],
  ])('that could never start is refused at the deploy: %j', async (config, path) => {
    const fields = [
      { name: 'secret', type: 'string', hidden: true },
      { name: 'others', type: 'hasMany', target: 'told', foreignKey: 'parentId' },
    ]
    await test.call('/api/collections:create', { body: { name: 'told', fields } })
    const definition = { trigger: { type: 'collection', config }, nodes: [] }
    const { status, body } = await test.call('/api/workflows:validate', { body: { definition } })
    expect([status, body.data.problems]).toEqual([200, [expect.objectContaining({ path })]])
  })

  it('of a changed field that was renamed since is told by a skipped execution', async () => {
    const posts = await listened({ on: ['create', 'update'], changed: ['amount'] })
    const { id } = await call(`${posts}:create`, { title: 'a', amount: 1 })
    const fields = [
      { name: 'title', type: 'string' },
      { name: 'price', type: 'decimal' },
    ]
    await call('collections:alter', { name: posts, fields, renames: { amount: 'price' } })
    await call(`${posts}:update/${id}`, { price: 2 })
    await call(`${posts}:create`, { title: 'b' })
    expect(await seen(posts)).toMatchObject([
      { context: { event: 'create' }, reason: null },
      {
        context: { event: 'update' },
        reason: 'trigger_invalid',
        error: { message: expect.stringContaining('amount') },
      },
      { context: { event: 'create' }, reason: null },
    ])
  })

  it('that no longer fits its collection is told by a skipped execution', async () => {
    await call('collections:create', { name: 'shrunk', fields: [{ name: 'title', type: 'string' }] })
    const config = { collection: 'shrunk', condition: { gone: 1 } }
    await deployWorkflow(test.app, 'misfit', { type: 'collection', config })
    await call('shrunk:create', { title: 'a' })
    expect(await seen('misfit')).toMatchObject([
      { status: 'skipped', reason: 'trigger_invalid', error: { message: expect.stringContaining('gone') } },
    ])
  })
})
