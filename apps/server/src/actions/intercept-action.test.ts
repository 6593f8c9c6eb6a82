import type { JsonObject } from '@ensue/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp

const call = (path: string, body: unknown = {}) => test.call(`/api/${path}`, { body })
const ok = async (path: string, body: unknown = {}) => {
  const reply = await call(path, body)
  expect(reply.body.errors).toBeUndefined()
  return reply.body
}
const before = (config: JsonObject, nodes: object[]) => ({
  sync: true,
  trigger: { type: 'beforeAction', config: { collection: 'bills', ...config } },
  nodes,
})
async function deploy(key: string, definition: object): Promise<void> {
  await ok('workflows:create', { key, title: key, definition })
  await ok('workflows:deploy', { key })
  await ok('workflows:enable', { key, enabled: true })
}
const validate = async (definition: object): Promise<string[]> =>
  (await ok('workflows:validate', { key: 'x', definition })).data.problems.map(
    ({ path, code }: { path: string; code: string }) => `${path} ${code}`,
  )
const set = (values: JsonObject, key = 'fill') => ({ key, type: 'setValues', config: { values } })
const refuseOver = (limit: number) => ({
  key: 'check',
  type: 'condition',
  config: { conditions: { all: [{ left: '{{$context.params.values.amount}}', operator: 'gt', right: limit }] } },
  branches: {
    yes: [
      {
        key: 'refuse',
        type: 'end',
        config: { status: 'failure', message: 'Too much: {{$context.params.values.amount}}' },
      },
    ],
    no: [],
  },
})
const count = async (table: string): Promise<number> =>
  Number((await test.app.client.pool.query(`select count(*) from ${table}`)).rows[0].count)
const nothing = async () =>
  expect([await count('data.bills'), await count('data.notes'), await count('ensue.execution')]).toEqual([0, 0, 0])

beforeAll(async () => {
  test = await createTestApp()
  await ok('collections:create', { name: 'marks', fields: [{ name: 'name', type: 'string', unique: true }] })
  await ok('collections:create', { name: 'notes', fields: [{ name: 'text', type: 'string' }] })
  await ok('collections:create', {
    name: 'bills',
    fields: [
      { name: 'title', type: 'string', required: true },
      { name: 'number', type: 'string', required: true },
      { name: 'amount', type: 'integer', max: 1_000 },
      { name: 'secret', type: 'string', hidden: true },
      { name: 'notes', type: 'hasMany', target: 'notes', foreignKey: 'billId', onDelete: 'cascade' },
    ],
  })
  await deploy(
    'number',
    before({}, [
      set({ number: 'N-{{$context.params.values.title}}' }),
      { key: 'note', type: 'record.create', config: { collection: 'notes', values: { text: '{{$context.action}}' } } },
    ]),
  )
  await deploy('limit', before({ actions: ['create', 'update', 'upsert', 'firstOrCreate'] }, [refuseOver(500)]))
  await deploy('double', before({ mode: 'local' }, [set({ amount: '{{$context.params.values.amount * 2}}' })]))
  await deploy('bad', before({ mode: 'local' }, [set({ amount: 5_000 })]))
  await deploy(
    'broken',
    before({ mode: 'local' }, [
      { key: 'lost', type: 'record.update', config: { collection: 'notes', id: '{{$context.nowhere}}', values: {} } },
    ]),
  )
  await deploy(
    'keep',
    before({ actions: ['destroy'] }, [
      {
        key: 'found',
        type: 'record.query',
        config: { collection: 'bills', filter: { id: '{{$context.params.id}}' }, many: true },
      },
      {
        key: 'paid',
        type: 'condition',
        config: { conditions: { all: [{ left: '{{$nodes.found[0].title}}', operator: 'equals', right: 'paid' }] } },
        branches: { yes: [{ key: 'no', type: 'end', config: { status: 'failure', message: 'It is paid.' } }], no: [] },
      },
    ]),
  )
})
afterAll(() => test.stop())
beforeEach(async () => {
  await test.app.client.pool.query('truncate data.bills, data.notes, ensue.execution')
})

describe('a workflow before an action', () => {
  it('fills in values, which are checked with the others, in the transaction of the action', async () => {
    const { data, triggered } = await ok('bills:create', { title: 'a', amount: 1, secret: 'hush' })
    expect(data).toMatchObject({ title: 'a', number: 'N-a', amount: 1 })
    expect(triggered).toMatchObject([
      { workflow: 'number', status: 'succeeded' },
      { workflow: 'limit', status: 'succeeded' },
    ])
    const { body } = await test.call(`/api/executions/${triggered[0].executionId}`)
    expect(body.data).toMatchObject({
      trigger: 'beforeAction',
      status: 'succeeded',
      context: {
        action: 'create',
        role: 'admin',
        user: { email: 'admin@example.com' },
        params: { values: { title: 'a' } },
      },
    })
    expect(JSON.stringify(body.data.context)).not.toContain('hush')
    expect((await test.app.client.pool.query('select secret from data.bills')).rows).toEqual([{ secret: 'hush' }])
  })

  it('refuses the action with its message; nothing is written', async () => {
    const { status, body } = await call('bills:create', { title: 'a', amount: 501 })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ code: 'rejected', message: 'Too much: 501', path: 'values' }])
    expect(body.triggered).toMatchObject([{ workflow: 'limit', status: 'failed', executionId: null }])
    await nothing()
  })

  it('runs once for each of a list of new records, which are written all or none', async () => {
    const { data } = await ok('bills:create', [{ title: 'a' }, { title: 'b', amount: 500 }])
    expect(data.map(({ number }: { number: string }) => number)).toEqual(['N-a', 'N-b'])
    expect(await count('data.notes')).toBe(2)
    await test.app.client.pool.query('truncate data.bills, data.notes, ensue.execution')
    const { status, body } = await call('bills:create', [{ title: 'a' }, { title: 'b', amount: 501 }])
    expect([status, body.errors[0].path]).toEqual([400, 'values.1'])
    await nothing()
  })

  it('runs once for an update of many, and sees which records and values are meant', async () => {
    await ok('bills:create', [{ title: 'a' }, { title: 'b' }])
    const filter = { title: { $in: ['a', 'b'] } }
    const { data, triggered } = await ok(`bills:update?filter=${JSON.stringify(filter)}`, { title: 'c' })
    expect(data).toMatchObject([
      { title: 'c', number: 'N-c' },
      { title: 'c', number: 'N-c' },
    ])
    expect(triggered).toHaveLength(2)
    const { body } = await test.call(`/api/executions/${triggered[0].executionId}`)
    expect(body.data.context.params).toEqual({ filter, values: { title: 'c' } })
    expect((await call(`bills:update?filter=${JSON.stringify(filter)}`, { amount: 600 })).status).toBe(400)
  })

  it('comes before upsert, firstOrCreate and destroy as well', async () => {
    expect((await call('bills:upsert?keys=title,number', { title: 'a', number: '1', amount: 501 })).status).toBe(400)
    expect((await call('bills:firstOrCreate?keys=title', { title: 'a', number: '1', amount: 501 })).status).toBe(400)
    await nothing()
    const { data } = await ok('bills:firstOrCreate?keys=title', { title: 'paid', number: '1', amount: 1 })
    const refused = await call(`bills:destroy/${data.id}`)
    expect([refused.status, refused.body.errors[0].message]).toEqual([400, 'It is paid.'])
    await ok(`bills:update/${data.id}`, { title: 'open' })
    expect((await call(`bills:destroy/${data.id}`)).status).toBe(200)
    expect(await count('data.bills')).toBe(0)
  })

  it('is local: it runs when the call names it, first and on the values as sent; the next sees what it left', async () => {
    expect((await ok('bills:create?triggerWorkflows=double', { title: 'a', amount: 200 })).data.amount).toBe(400)
    const { status, body } = await call('bills:create?triggerWorkflows=double', { title: 'a', amount: 300 })
    expect([status, body.errors[0].message]).toEqual([400, 'Too much: 600'])
  })

  it('whose values the fields do not take is refused with their path, and one that breaks with 422', async () => {
    const bad = await call('bills:create?triggerWorkflows=bad', { title: 'a', amount: 1 })
    expect([bad.status, bad.body.errors[0].code]).toEqual([400, 'rejected'])
    await ok('workflows:enable', { key: 'limit', enabled: false })
    const unfit = await call('bills:create?triggerWorkflows=bad', { title: 'a', amount: 1 })
    await ok('workflows:enable', { key: 'limit', enabled: true })
    expect(unfit.body.errors).toMatchObject([{ code: 'invalid_input', path: 'values.amount' }])
    const broken = await call('bills:create?triggerWorkflows=broken', { title: 'a', amount: 1 })
    expect([broken.status, broken.body.errors[0].code]).toEqual([422, 'workflow_failed'])
    await nothing()
  })

  it('goes on after a write that the database refuses, where its node says so; the action is none the worse', async () => {
    await deploy(
      'once',
      before({ mode: 'local' }, [
        {
          key: 'again',
          type: 'record.create',
          onError: 'continue',
          config: { collection: 'marks', values: { name: 'one' } },
        },
        { key: 'others', type: 'record.query', config: { collection: 'marks', many: true } },
        set({ title: '{{$nodes.again.error.code}}' }),
      ]),
    )
    await ok('marks:create', { name: 'one' })
    const { data } = await ok('bills:create?triggerWorkflows=once', { title: 'a' })
    expect(data).toMatchObject({ title: 'conflict', number: 'N-conflict' })
    expect([await count('data.bills'), await count('data.marks')]).toEqual([1, 1])
  })

  it.each([
    ['bills:create?triggerWorkflows=number', 'is global'],
    ['bills:create?triggerWorkflows=double!notes', 'before the action'],
    ['notes:create?triggerWorkflows=double', 'works on "bills"'],
    ['bills:trigger/1?triggerWorkflows=double', 'writes none'],
  ])('is refused by %s', async (path, message) => {
    const { status, body } = await call(path, { title: 'a' })
    expect([status, body.errors[0].code]).toEqual([422, 'trigger_invalid'])
    expect(body.errors[0].message).toContain(message)
  })

  it('lets concurrent creates keep their own values', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, n) => ok('bills:create', { title: `t${n}` })))
    expect(made.map(({ data }) => data.number)).toEqual(Array.from({ length: 20 }, (_, n) => `N-t${n}`))
  })
})

describe('the deploy', () => {
  it('refuses what cannot run in a transaction, and fields that the collection does not have', async () => {
    const http = { key: 'out', type: 'http', config: { method: 'GET', url: 'https://example.com' } }
    expect(await validate(before({}, [http, set({ gone: 1 })]))).toEqual([
      'nodes.0 not_transactional',
      'nodes.1.config.values.gone unknown_field',
    ])
    expect(await validate({ ...before({}, []), sync: false })).toEqual(['sync sync_not_supported'])
  })

  it('refuses to set values where no action waits for them', async () => {
    const definition = {
      sync: true,
      trigger: { type: 'action', config: { collection: 'bills' } },
      nodes: [set({ title: 'x' })],
    }
    expect(await validate(definition)).toContain('nodes.0 outside_before_action')
  })
})
