import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
const call = (path: string, body: object, token?: string) =>
  test.call(`/api/${path}`, { body, ...(token ? { token } : {}) })
const count = async () => (await call('orders:count', {})).body.data

beforeAll(async () => {
  test = await createTestApp()
  const fields = [
    { name: 'title', type: 'string', unique: true },
    { name: 'stock', type: 'integer' },
  ]
  await call('collections:create', { name: 'orders', fields })
  const local = { type: 'action', config: { collection: 'orders', mode: 'local' } }
  await deployWorkflow(test.app, 'later', local)
  const end = { key: 'end', type: 'end', config: { output: { n: '{{$context.data.stock}}' } } }
  await deployWorkflow(test.app, 'now', local, { sync: true, nodes: [end] })
})
afterAll(() => test.stop())

describe('a writing call with an idempotency key', () => {
  it('writes and starts once, however many come at a time', async () => {
    const before = await count()
    const path = 'orders:create?triggerWorkflows=later,now&idempotencyKey=race'
    const replies = await Promise.all(Array.from({ length: 12 }, () => call(path, { stock: 3 })))
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
    expect(await count()).toBe(before + 1)
    for (const path of ['data.id', 'triggered.0.executionId', 'triggered.1.executionId']) {
      const values = replies.map(({ body }) => path.split('.').reduce((at, step) => at[step], body))
      expect(new Set(values).size, path).toBe(1)
    }
    expect((await call(path, { stock: 3 })).body.triggered[1]).toMatchObject({ status: 'succeeded', output: { n: 3 } })
    for (const workflow of ['later', 'now'])
      expect((await call('executions:list', { workflow })).body.data).toHaveLength(1)
  })

  it('is the same for updates, lists of records and destroys', async () => {
    const rows = [{ title: 'a' }, { title: 'b' }]
    const made = await call('orders:create?idempotencyKey=list', rows as never)
    expect((await call('orders:create?idempotencyKey=list', rows as never)).body).toEqual(made.body)
    const { id } = made.body.data[0]
    const updated = await call(`orders:update/${id}?idempotencyKey=u`, { stock: 1 })
    await call(`orders:update/${id}`, { stock: 2 })
    expect((await call(`orders:update/${id}?idempotencyKey=u`, { stock: 1 })).body).toEqual(updated.body)
    expect((await test.call(`/api/orders/${id}`)).body.data.stock).toBe(2)
    for (let i = 0; i < 2; i++) expect((await call(`orders:destroy/${id}?idempotencyKey=d`, {})).status).toBe(200)
  })

  it('may have it in the header', async () => {
    const before = await count()
    for (let i = 0; i < 2; i++)
      await test.call('/api/orders', { body: { stock: 1 }, headers: { 'Idempotency-Key': 'header' } })
    expect(await count()).toBe(before + 1)
  })

  it('that failed may be made again', async () => {
    await call('orders:create', { title: 'taken' })
    expect((await call('orders:create?idempotencyKey=f', { title: 'taken' })).status).toBe(409)
    await call('orders:destroy', { filter: { title: 'taken' } })
    expect((await call('orders:create?idempotencyKey=f', { title: 'taken' })).status).toBe(200)
  })

  it('is refused when another call had the key', async () => {
    await call('orders:create?idempotencyKey=o', { stock: 1 })
    expect(await call('orders:create?idempotencyKey=o', { stock: 2 })).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'conflict', path: 'idempotencyKey' }] },
    })
  })

  it('has a key of its user’s own, and gives no reply to who may not make the call', async () => {
    const member = await test.signInAs('member@example.com', ['member'])
    const [mine, theirs] = [
      await call('orders:create?idempotencyKey=mine', { stock: 1 }),
      await call('orders:create?idempotencyKey=mine', { stock: 1 }, member),
    ].map(({ body }) => body.data.id)
    expect(theirs).not.toBe(mine)
    await call('roles:set', { name: 'reader', permissions: { workflows: ['view'] } })
    const reader = await test.signInAs('reader@example.com', ['reader'])
    expect((await call('orders:create?idempotencyKey=mine', { stock: 1 }, reader)).status).toBe(403)
  })
})
