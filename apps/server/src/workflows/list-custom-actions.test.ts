import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
const INPUT = { type: 'object', properties: { reason: { type: 'string' } } }

beforeAll(async () => {
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  for (const name of ['orders', 'salaries'])
    await test.call('/api/collections:create', { body: { name, fields: [{ name: 'title', type: 'string' }] } })
  const manual = (config: Parameters<typeof deployWorkflow>[2]['config']) => ({ type: 'manual', config })
  await deployWorkflow(test.app, 'ship', manual({ collection: 'orders', records: 'one', input: INPUT }), { sync: true })
  await deployWorkflow(test.app, 'pay', manual({ collection: 'salaries', records: 'many' }))
  await deployWorkflow(test.app, 'close', manual({}))
  await deployWorkflow(test.app, 'off', manual({}), { enabled: false })
  await deployWorkflow(test.app, 'draft', manual({}), { deployed: false })
  await deployWorkflow(test.app, 'other', { type: 'call', config: {} })
})
afterAll(() => test.stop())

const list = (token?: string) => test.call('/api/workflows:customActions', { body: {}, ...(token ? { token } : {}) })
const makeRole = (name: string, permissions: object) =>
  test.call('/api/roles:set', { body: { name, title: name, permissions } })

describe('workflows.customActions', () => {
  it('lists what can be started, with the records it works on and what it asks', async () => {
    const { body } = await list()
    expect(body.data).toEqual([
      { workflow: 'close', title: 'close', collection: null, records: 'none', input: null, sync: false },
      { workflow: 'pay', title: 'pay', collection: 'salaries', records: 'many', input: null, sync: false },
      { workflow: 'ship', title: 'ship', collection: 'orders', records: 'one', input: INPUT, sync: true },
    ])
  })

  it('leaves out actions on records that the role may not trigger', async () => {
    await makeRole('clerk', { collections: { orders: ['list', 'get', 'trigger'] }, workflows: ['run'] })
    const clerk = await test.signInAs('clerk@example.com', ['clerk'])
    const { body } = await list(clerk)
    expect(body.data.map(({ workflow }: { workflow: string }) => workflow)).toEqual(['close', 'ship'])
  })

  it('takes the right to run workflows', async () => {
    await makeRole('reader', { collections: { '*': ['list'] } })
    expect((await list(await test.signInAs('reader@example.com', ['reader']))).status).toBe(403)
  })
})
