import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  const make = (name: string, fields: object[]) => test.call('/api/collections:create', { body: { name, fields } })
  await make('customers', [{ name: 'name', type: 'string' }])
  await make('orders', [
    { name: 'title', type: 'string' },
    { name: 'customer', type: 'belongsTo', target: 'customers' },
  ])
  const on = (collection: string, mode = 'local') => ({ type: 'action', config: { collection, mode } })
  await deployWorkflow(test.app, 'onOrder', on('orders'))
  await deployWorkflow(test.app, 'onCustomer', on('customers'))
  await deployWorkflow(test.app, 'global', on('orders', 'global'))
  await deployWorkflow(test.app, 'off', on('orders'), { enabled: false })
  await deployWorkflow(test.app, 'draft', on('orders'), { deployed: false })
})
afterAll(() => test.stop())

const set = (bindings: object[], token?: string) =>
  test.call('/api/views:set', {
    body: { collection: 'orders', config: { columns: ['title'], buttons: { create: { title: 'Submit', bindings } } } },
    ...(token ? { token } : {}),
  })

describe('views', () => {
  it('are empty until they are set', async () => {
    const { body } = await test.call('/api/views:get/orders')
    expect(body.data).toEqual({ collection: 'orders', config: { buttons: {} }, updatedAt: null })
    expect((await test.call('/api/views:get/nowhere')).status).toBe(404)
  })

  it('bind buttons to workflows that their calls can trigger', async () => {
    const bindings = [{ workflow: 'onOrder' }, { workflow: 'onCustomer', association: 'customer' }]
    expect((await set(bindings)).status).toBe(200)
    const { body } = await test.call('/api/views:get/orders')
    expect(body.data.config).toEqual({ columns: ['title'], buttons: { create: { title: 'Submit', bindings } } })
  })

  it.each([
    [{ workflow: 'nope' }],
    [{ workflow: 'off' }],
    [{ workflow: 'draft' }],
    [{ workflow: 'global' }],
    [{ workflow: 'onCustomer' }],
    [{ workflow: 'onOrder', association: 'customer' }],
    [{ workflow: 'onOrder', association: 'nope' }],
  ])('do not bind %o', async (binding) => {
    const { status, body } = await set([binding])
    expect(status).toBe(422)
    expect(body.errors[0]).toMatchObject({ code: 'trigger_invalid', path: 'config.buttons.create.bindings.0' })
  })

  it('are set by those who may change the schema', async () => {
    const member = await test.signInAs('member@example.com', ['member'])
    expect((await set([], member)).status).toBe(403)
    expect((await test.call('/api/views:get/orders', { token: member })).status).toBe(200)
  })
})
