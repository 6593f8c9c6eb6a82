import type { JsonObject } from '@ensue/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
let member: string

const action = (config: JsonObject) => ({ type: 'action', config: { collection: 'orders', mode: 'local', ...config } })
const end = (config: JsonObject) => [{ key: 'end', type: 'end', config }]

beforeAll(async () => {
  // Without a runner, so that queued executions stay as they were started.
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  member = await test.signInAs('member@example.com', ['member'])
  const make = async (body: object) =>
    expect((await test.call('/api/collections:create', { body })).body).toHaveProperty('data')
  await make({ name: 'customers', fields: [{ name: 'name', type: 'string' }] })
  await make({ name: 'tags', fields: [{ name: 'label', type: 'string' }] })
  await make({
    name: 'orders',
    fields: [
      { name: 'title', type: 'string', required: true },
      { name: 'amount', type: 'decimal' },
      { name: 'secret', type: 'string', hidden: true },
      { name: 'customer', type: 'belongsTo', target: 'customers' },
      { name: 'tags', type: 'belongsToMany', target: 'tags' },
    ],
  })
  const { app } = test
  const sync = { sync: true }
  await deployWorkflow(app, 'asyncOne', action({}))
  await deployWorkflow(app, 'syncOne', action({}), { ...sync, nodes: end({ output: '{{$context.data.title}}' }) })
  await deployWorkflow(app, 'refuses', action({}), { ...sync, nodes: end({ status: 'failure', message: 'Too much.' }) })
  await deployWorkflow(app, 'transactional', action({ transactional: true }), {
    ...sync,
    nodes: end({ status: 'failure', message: 'Rolled back.' }),
  })
  await deployWorkflow(app, 'big', action({ condition: { amount: { $gt: 500 } } }))
  await deployWorkflow(app, 'vip', action({ condition: { 'customer.name': 'VIP' } }))
  await deployWorkflow(app, 'withCustomer', action({ appends: ['customer', 'tags'] }))
  await deployWorkflow(app, 'titleChanged', action({ changed: ['title'] }))
  await deployWorkflow(app, 'customerChanged', action({ changed: ['customer'] }))
  await deployWorkflow(app, 'inOne', action({ batch: 'list' }))
  await deployWorkflow(app, 'onCustomer', { type: 'action', config: { collection: 'customers' } })
  await deployWorkflow(app, 'onTag', { type: 'action', config: { collection: 'tags' } })
  await deployWorkflow(app, 'onTags', { type: 'action', config: { collection: 'tags', batch: 'list' } })
  await deployWorkflow(app, 'disabled', action({}), { enabled: false })
  await deployWorkflow(app, 'draftOnly', action({}), { deployed: false })
  await deployWorkflow(app, 'hook', { type: 'webhook', config: {} })
  await deployWorkflow(app, 'everyTag', {
    type: 'action',
    config: { collection: 'tags', mode: 'global', actions: ['create', 'destroy'] },
  })
  await deployWorkflow(app, 'manualNone', { type: 'manual', config: { records: 'none' } })
  await deployWorkflow(app, 'manualOne', { type: 'manual', config: { collection: 'orders', records: 'one' } })
  await deployWorkflow(app, 'asks', {
    type: 'manual',
    config: {
      collection: 'orders',
      records: 'one',
      input: {
        type: 'object',
        required: ['why'],
        properties: { why: { type: 'string' } },
        additionalProperties: false,
      },
    },
  })
  await deployWorkflow(
    app,
    'manualSync',
    { type: 'manual', config: { records: 'none' } },
    {
      ...sync,
      nodes: end({ output: '{{$context.input.n}}' }),
    },
  )
  await deployWorkflow(app, 'manualMany', { type: 'manual', config: { collection: 'orders', records: 'many' } })
})
afterAll(() => test.stop())
beforeEach(async () => {
  await test.app.client.pool.query('truncate data.orders, data.customers, data.tags, ensue.execution cascade')
})

const create = (workflows: string, body: object = { title: 'a' }, more = '') =>
  test.call(`/api/orders:create?triggerWorkflows=${workflows}${more}`, { body })
const count = async (table: string): Promise<number> =>
  Number((await test.app.client.pool.query(`select count(*) from ${table}`)).rows[0].count)
const contexts = async (): Promise<JsonObject[]> =>
  (await test.app.client.pool.query('select context from ensue.execution order by id')).rows.map((row) => row.context)
const nothing = async () => expect([await count('data.orders'), await count('ensue.execution')]).toEqual([0, 0])

describe('a call that names a workflow', () => {
  it('commits the record and the execution, and tells of both', async () => {
    const { status, body } = await create('asyncOne')
    expect(status).toBe(200)
    expect(body.triggered).toEqual([{ workflow: 'asyncOne', executionId: expect.any(String), status: 'queued' }])
    expect([await count('data.orders'), await count('ensue.execution')]).toEqual([1, 1])
  })

  it('hands over record, user and request, and no hidden field', async () => {
    await create('asyncOne', { title: 'a', amount: 5, secret: 'hush' })
    const [context] = await contexts()
    expect(context).toMatchObject({
      data: { title: 'a', amount: 5 },
      action: 'create',
      params: { values: { title: 'a', amount: 5 } },
      user: { email: 'admin@example.com', roles: ['admin'] },
      role: 'admin',
      requestId: expect.any(String),
      request: { id: expect.any(String) },
    })
    expect(JSON.stringify(context)).not.toMatch(/secret|hush/)
  })

  it('runs a sync one before it answers', async () => {
    const { body } = await create('syncOne', { title: 'hello' })
    expect(body.triggered).toMatchObject([{ workflow: 'syncOne', status: 'succeeded', output: 'hello' }])
  })

  it('runs sync ones in the order named, beside async ones', async () => {
    const { body } = await create('syncOne,asyncOne,refuses')
    expect(body.triggered.map((item: { workflow: string; status: string }) => [item.workflow, item.status])).toEqual([
      ['syncOne', 'succeeded'],
      ['asyncOne', 'queued'],
      ['refuses', 'failed'],
    ])
  })

  it('keeps the record when a sync one fails, as an error only when asked to', async () => {
    const kept = await create('refuses')
    expect([kept.status, kept.body.triggered[0].status, kept.body.triggered[0].message]).toEqual([
      200,
      'failed',
      'Too much.',
    ])
    const strict = await create('refuses', { title: 'b' }, '&failOnWorkflow=true')
    expect(strict.status).toBe(400)
    expect(strict.body).toMatchObject({
      errors: [{ message: 'Too much.' }],
      data: { title: 'b' },
      triggered: [{ status: 'failed' }],
    })
    expect(await count('data.orders')).toBe(2)
  })

  it('undoes the action when a transactional one fails', async () => {
    const { status, body } = await create('transactional')
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ code: 'workflow_failed', message: 'Rolled back.' }])
    await nothing()
  })

  it('skips it when its condition does not hold, and says so', async () => {
    expect((await create('big', { title: 'a', amount: 80 })).body.triggered).toEqual([
      { workflow: 'big', executionId: null, status: 'skipped', message: expect.stringContaining('condition') },
    ])
    expect((await create('big', { title: 'a', amount: 900 })).body.triggered[0].status).toBe('queued')
  })

  it('decides a condition on an association in the database', async () => {
    const statusFor = async (name: string) =>
      (await create('vip', { title: 'a', customer: { name } })).body.triggered[0].status
    expect([await statusFor('VIP'), await statusFor('other')]).toEqual(['queued', 'skipped'])
  })

  it('loads the associations that its trigger asks for', async () => {
    await create('withCustomer', { title: 'a', customer: { name: 'Ann' }, tags: [{ label: 'x' }] })
    const [context] = await contexts()
    expect(context).toMatchObject({ data: { customer: { name: 'Ann' }, tags: [{ label: 'x' }] } })
  })

  it('gets the record before an update and the names of changed fields', async () => {
    const { body } = await test.call('/api/orders:create', { body: { title: 'a', amount: 1 } })
    const update = (values: object) =>
      test.call(`/api/orders:update/${body.data.id}?triggerWorkflows=titleChanged`, { body: values })
    expect((await update({ amount: 2 })).body.triggered[0].status).toBe('skipped')
    expect((await update({ title: 'b' })).body.triggered[0].status).toBe('queued')
    expect(await contexts()).toMatchObject([
      { data: { title: 'b' }, previous: { title: 'a', amount: 2 }, changed: ['title'] },
    ])
  })

  it('is told of a change of an association that the record belongs to', async () => {
    const { body } = await test.call('/api/orders:create', { body: { title: 'a', customer: { name: 'Ann' } } })
    const update = (values: object) =>
      test.call(`/api/orders:update/${body.data.id}?triggerWorkflows=customerChanged`, { body: values })
    expect((await update({ title: 'b' })).body.triggered[0].status).toBe('skipped')
    expect((await update({ customer: { name: 'Bob' } })).body.triggered[0].status).toBe('queued')
    expect(await contexts()).toMatchObject([{ changed: ['customerId'] }])
  })

  it('gets a destroyed record with its associations', async () => {
    const { body } = await test.call('/api/orders:create', { body: { title: 'a', customer: { name: 'Ann' } } })
    const reply = await test.call(
      `/api/orders:destroy/${body.data.id}?triggerWorkflows=withCustomer,vip,onCustomer!customer`,
      { method: 'POST' },
    )
    expect(reply.body.triggered.map((item: { status: string }) => item.status)).toEqual(['queued', 'skipped', 'queued'])
    expect(await contexts()).toMatchObject([
      { data: { title: 'a', customer: { name: 'Ann' } }, previous: { title: 'a' } },
      { data: { name: 'Ann' } },
    ])
  })

  it('starts one run per record of a bulk, or one with the list', async () => {
    const { body } = await create('asyncOne,inOne', [{ title: 'a' }, { title: 'b' }])
    expect(body.triggered).toHaveLength(3)
    const all = await contexts()
    expect(all.map(({ data }) => (Array.isArray(data) ? data.length : 'one')).sort()).toEqual([2, 'one', 'one'])
  })
})

describe('an association path', () => {
  it('hands over the related record', async () => {
    const { body } = await create('onCustomer!customer', { title: 'a', customer: { name: 'Ann' } })
    expect(body.triggered[0].status).toBe('queued')
    expect(await contexts()).toMatchObject([{ data: { name: 'Ann' } }])
  })

  it('starts no run without a related record, and says so', async () => {
    const { body } = await create('onCustomer!customer')
    expect(body.triggered).toMatchObject([{ status: 'skipped', executionId: null }])
    expect(await count('data.orders')).toBe(1)
  })

  it('to many gives one run per record, or one with the list', async () => {
    const { body } = await create('onTag!tags,onTags!tags', { title: 'a', tags: [{ label: 'x' }, { label: 'y' }] })
    expect(body.triggered).toHaveLength(3)
  })

  it('may stand beside another of the same workflow', async () => {
    const { body } = await create('asyncOne,onCustomer!customer,asyncOne', { title: 'a', customer: { name: 'Ann' } })
    expect(body.triggered).toHaveLength(2)
  })
})

describe('before anything is written', () => {
  it.each([
    ['nope', 'no workflow "nope"'],
    ['disabled', 'disabled'],
    ['draftOnly', 'never deployed'],
    ['hook', 'webhook'],
    ['onCustomer', 'customers'],
    ['everyTag', 'global'],
    ['manualOne', 'manual'],
    ['asyncOne!nope', 'no association'],
    ['asyncOne!customer', 'customers'],
    ['asyncOne,', 'comma'],
  ])('%s is refused with the reason', async (named, reason) => {
    const { status, body } = await create(named)
    expect(status).toBe(422)
    expect(body.errors[0]).toMatchObject({ code: 'trigger_invalid', path: 'triggerWorkflows' })
    expect(body.errors[0].message).toContain(reason)
    await nothing()
  })

  it('all that is wrong is told at once', async () => {
    const { body } = await create('nope,disabled,asyncOne')
    expect(body.errors).toHaveLength(2)
  })

  it('nothing of a call that ignores what is wrong is refused', async () => {
    const { status, body } = await create('nope,asyncOne', { title: 'a' }, '&onInvalidTrigger=ignore')
    expect(status).toBe(200)
    expect(body.triggered.map((item: { workflow: string }) => item.workflow)).toEqual(['asyncOne'])
  })

  it('the right to run workflows is needed to name one', async () => {
    await test.call('/api/roles:set', { body: { name: 'clerk', permissions: { collections: { orders: ['create'] } } } })
    const token = await test.signInAs('clerk@example.com', ['clerk'])
    const body = { title: 'a' }
    expect((await test.call('/api/orders:create?triggerWorkflows=asyncOne', { body, token })).status).toBe(403)
    await nothing()
    expect((await test.call('/api/orders:create', { body, token })).status).toBe(200)
    const nested = { title: 'a', customer: { name: 'made' } }
    expect((await test.call('/api/orders:create', { body: nested, token })).status).toBe(403)
  })
})

describe('a workflow', () => {
  it('that is global runs on every call of its actions, and on no other', async () => {
    const created = await test.call('/api/tags:create', { body: { label: 'x' }, token: member })
    expect(created.body.triggered).toMatchObject([{ workflow: 'everyTag', status: 'queued' }])
    const { id } = created.body.data
    expect((await test.call(`/api/tags:update/${id}`, { body: { label: 'y' } })).body.triggered).toEqual([])
    expect((await test.call(`/api/tags:destroy/${id}`, { method: 'POST' })).body.triggered).toHaveLength(1)
  })

  it('that another process has just deployed is not missed', async () => {
    const other = await createTestApp({ ENSUE_ROLE: 'http' }, test)
    try {
      await deployWorkflow(other.app, 'freshLocal', action({}))
      expect((await create('freshLocal')).body.triggered).toHaveLength(1)
      await deployWorkflow(other.app, 'fresh', { type: 'action', config: { collection: 'customers', mode: 'global' } })
      const { body } = await test.call('/api/customers:create', { body: { name: 'x' } })
      expect(body.triggered).toMatchObject([{ workflow: 'fresh' }])
      expect((await other.call('/api/customers:create', { body: { name: 'x' } })).body.triggered).toHaveLength(1)
    } finally {
      await test.app.client.pool.query(`update ensue.workflow set enabled = false where key like 'fresh%'`)
      await test.app.registry.refresh()
      await other.stop()
    }
  })
})

describe('the action trigger', () => {
  const trigger = (path: string, body?: object) => test.call(path, { method: 'POST', ...(body ? { body } : {}) })

  it('starts workflows on a record without changing it', async () => {
    const { body } = await test.call('/api/orders:create', { body: { title: 'a' } })
    const reply = await trigger(`/api/orders:trigger/${body.data.id}?triggerWorkflows=asyncOne,manualOne`, {
      note: 'n',
    })
    expect(reply.body).toMatchObject({ data: body.data, triggered: [{ status: 'queued' }, { status: 'queued' }] })
    expect(await contexts()).toMatchObject([{ data: { title: 'a' } }, { data: { title: 'a' }, input: { note: 'n' } }])
  })

  it('starts one run with many records', async () => {
    await test.call('/api/orders:create', { body: [{ title: 'a' }, { title: 'b' }] })
    const reply = await trigger('/api/orders:trigger?triggerWorkflows=manualMany&filter={"title":{"$in":["a","b"]}}')
    expect(reply.body.triggered).toHaveLength(1)
    expect(await contexts()).toMatchObject([{ data: [{ title: 'a' }, { title: 'b' }] }])
  })

  it('starts a workflow on nothing', async () => {
    const reply = await trigger('/api/workflows:trigger?triggerWorkflows=manualNone', { a: 1 })
    expect(reply.body.triggered).toMatchObject([{ workflow: 'manualNone', status: 'queued' }])
    expect(await contexts()).toMatchObject([{ data: null, input: { a: 1 } }])
  })

  it('checks the input of a custom action against its schema', async () => {
    const made = await test.call('/api/orders:create', { body: [{ title: 'a' }, { title: 'b' }] })
    const ids = made.body.data.map(({ id }: { id: number }) => id)
    const path = `/api/orders:trigger?ids=${ids.join()}&triggerWorkflows=asks`
    const refused = await trigger(path, { who: 1 })
    expect([refused.status, refused.body.errors.map((item: { path: string }) => item.path)]).toEqual([
      422,
      ['values.why', 'values.who'],
    ])
    expect(await count('ensue.execution')).toBe(0)
    const reply = await trigger(path, { why: 'so' })
    expect(reply.body).toMatchObject({ data: made.body.data, triggered: [{ status: 'queued' }, { status: 'queued' }] })
    expect(await contexts()).toMatchObject([
      { data: { title: 'a' }, input: { why: 'so' } },
      { data: { title: 'b' }, input: { why: 'so' } },
    ])
  })

  it('with an idempotency key starts its runs once, for each record and workflow', async () => {
    const made = await test.call('/api/orders:create', { body: [{ title: 'a' }, { title: 'b' }] })
    const ids = made.body.data.map(({ id }: { id: number }) => id)
    const path = (more: string) => `/api/orders:trigger?idempotencyKey=k&triggerWorkflows=manualOne,asyncOne&${more}`
    const first = await trigger(path(`ids=${ids.join()}`))
    const again = await trigger(path(`ids=${ids.join()}`))
    expect(first.body.triggered).toHaveLength(4)
    expect(again.body.triggered).toEqual(first.body.triggered)
    await Promise.all(Array.from({ length: 5 }, () => trigger(path(`ids=${ids[0]}`))))
    expect(await count('ensue.execution')).toBe(4)
  })

  it('with an idempotency key answers a sync run again as it ended', async () => {
    const path = '/api/workflows:trigger?triggerWorkflows=manualSync&idempotencyKey=once'
    const first = await trigger(path, { n: 1 })
    expect(first.body.triggered).toMatchObject([{ status: 'succeeded', output: 1 }])
    expect((await trigger(path, { n: 2 })).body.triggered).toEqual(first.body.triggered)
  })

  it.each([
    ['/api/workflows:trigger', 422],
    ['/api/workflows:trigger?triggerWorkflows=manualOne', 422],
    ['/api/workflows:trigger?triggerWorkflows=asyncOne', 422],
    ['/api/orders:trigger?triggerWorkflows=manualNone', 422],
    ['/api/orders:trigger/999999?triggerWorkflows=manualOne', 404],
    ['/api/orders:trigger?triggerWorkflows=manualOne', 400],
  ])('%s is refused with %i', async (path, status) => {
    expect((await trigger(path)).status).toBe(status)
    await nothing()
  })
})

describe('associations of a record', () => {
  it('are listed, linked, replaced, unlinked and created', async () => {
    const { id } = (await test.call('/api/orders:create', { body: { title: 'a' } })).body.data
    const made = await test.call(`/api/orders/${id}/tags:create`, { body: { label: 'x' } })
    expect(made.body).toMatchObject({ data: { label: 'x' }, triggered: [{ workflow: 'everyTag' }] })
    const other = (await test.call('/api/tags:create', { body: { label: 'y' } })).body.data
    expect((await test.call(`/api/orders/${id}/tags:add`, { body: [other.id] })).body.data).toHaveLength(2)
    expect((await test.call(`/api/orders/${id}/tags?sort=-label`)).body.data).toMatchObject([
      { label: 'y' },
      { label: 'x' },
    ])
    expect((await test.call(`/api/orders/${id}/tags:remove`, { body: [made.body.data.id] })).body.data).toHaveLength(1)
    expect((await test.call(`/api/orders/${id}/tags:set`, { body: [] })).body.data).toEqual([])
    const customer = await test.call(`/api/orders/${id}/customer:create`, { body: { name: 'Ann' } })
    expect(customer.body).toMatchObject({ data: { name: 'Ann' } })
    expect((await test.call(`/api/orders/${id}?appends=customer`)).body.data.customer.name).toBe('Ann')
  })
})
