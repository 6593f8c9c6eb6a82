import type { Definition } from '@ensue/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp

const reorder: Definition = {
  sync: false,
  trigger: { type: 'event', config: { events: ['sku_reorder'] } },
  nodes: [
    {
      key: 'large',
      type: 'condition',
      config: { conditions: { all: [{ left: '{{$param.quantity}}', operator: 'gt', right: 10 }] } },
      branches: {
        yes: [{ key: 'tell', type: 'event.emit', config: { name: 'large_order', params: { sku: '{{$param.sku}}' } } }],
        no: [{ key: 'small', type: 'calculate', config: { expression: '{{$param.quantity * 2}}' } }],
      },
    },
  ],
  options: {},
}

beforeAll(async () => {
  test = await createTestApp()
  await test.call('/api/workflows:create', { body: { key: 'reorder', title: 'Reorder', definition: reorder } })
  await deployWorkflow(test.app, 'hears', { type: 'event', config: { events: ['large_order'] } })
})
afterAll(() => test.stop())

const debug = (body: Record<string, unknown>) =>
  test.call('/api/workflows:debug', { body: { key: 'reorder', ...body } })
async function settled(id: string) {
  const path = `/api/executions/${id}`
  await expect.poll(async () => (await test.call(path)).body.data.status).toMatch(/succeeded|failed/)
  return (await test.call(path)).body.data
}
const list = async (input: object) =>
  (await test.call(`/api/executions:list?input=${encodeURIComponent(JSON.stringify(input))}`)).body.data as unknown[]

describe('a debug run', () => {
  it('runs a draft that was never deployed, with the parameters given', async () => {
    const { body } = await debug({ context: { param: { sku: 7, quantity: 4 } } })
    expect(await settled(body.data.executionId)).toMatchObject({
      debug: true,
      version: null,
      status: 'succeeded',
      nodeRuns: [
        { path: 'large', branch: 'no' },
        { path: 'small', output: 8 },
      ],
    })
  })

  it('runs a definition that was not even saved', async () => {
    const definition = { ...reorder, nodes: [{ key: 'one', type: 'calculate', config: { expression: '{{1 + 1}}' } }] }
    const { body } = await debug({ definition })
    expect((await settled(body.data.executionId)).nodeRuns).toMatchObject([{ path: 'one', output: 2 }])
  })

  it('starts no other workflow, and no list counts it', async () => {
    const { body } = await debug({ context: { param: { sku: 7, quantity: 40 } } })
    const { nodeRuns } = await settled(body.data.executionId)
    expect(nodeRuns[1]).toMatchObject({ path: 'tell', status: 'succeeded', output: { executionIds: [] } })
    expect(await list({ workflow: 'hears' })).toEqual([])
    const { body: events } = await test.call('/api/events:list', { body: { limit: 1 } })
    expect(events.data).toMatchObject([{ source: { executionId: body.data.executionId, debug: true } }])
    expect(await list({ workflow: 'reorder' })).toEqual([])
    expect(await list({ workflow: 'reorder', debug: true })).not.toEqual([])
    const { body: workflows } = await test.call('/api/workflows:list')
    expect(workflows.data.find(({ key }: { key: string }) => key === 'reorder').lastRun).toBeNull()
  })

  it('is refused while the draft has problems', async () => {
    const definition = { ...reorder, nodes: [{ key: 'x', type: 'nothing', config: {} }] }
    const { status, body } = await debug({ definition })
    expect([status, body.errors[0].code]).toEqual([422, 'definition_invalid'])
    expect(body.problems).toMatchObject([{ path: 'nodes.0.type' }])
  })

  it('is refused to who may not edit', async () => {
    const token = await test.signInAs('member@example.com', ['member'])
    expect((await test.call('/api/workflows:debug', { token, body: { key: 'reorder' } })).status).toBe(403)
  })
})

describe('the input of a debug run', () => {
  const input = async (from?: object) =>
    (await test.call('/api/workflows:debugInput', { body: { key: 'reorder', ...(from ? { from } : {}) } })).body

  it('is made of the newest event of the name', async () => {
    await test.call('/api/events/sku_reorder', { body: { sku: 11, quantity: 3 } })
    expect((await input()).data.context).toMatchObject({ param: { sku: 11, quantity: 3 } })
  })

  it('is that of an old execution', async () => {
    const { body } = await debug({ context: { param: { old: true } } })
    const { executionId } = body.data
    expect((await input({ kind: 'execution', id: executionId })).data.context).toEqual({ param: { old: true } })
  })

  it('is that of a delivery', async () => {
    await deployWorkflow(test.app, 'hook', { type: 'webhook', config: {} })
    await test.http.request('/api/webhooks/hook', {
      method: 'POST',
      body: '{"n":1}',
      headers: { 'content-type': 'application/json' },
    })
    const { body } = await test.call('/api/webhooks:deliveries', { body: { workflow: 'hook' } })
    const { context } = (await input({ kind: 'delivery', id: body.data[0].id })).data
    expect(context).toMatchObject({ data: { n: 1 }, method: 'POST' })
  })

  it('holds the newest record, unless the caller may not read it', async () => {
    await test.call('/api/collections:create', { body: { name: 'pays', fields: [{ name: 'sum', type: 'integer' }] } })
    await test.call('/api/pays:create', { body: { sum: 7 } })
    const definition = { trigger: { type: 'collection', config: { collection: 'pays' } } }
    await test.call('/api/workflows:create', { body: { key: 'pays', title: 'Pays', definition } })
    await test.call('/api/roles:set', { body: { name: 'drafter', permissions: { workflows: ['view', 'edit'] } } })
    const drafter = await test.signInAs('drafter@example.com', ['drafter'])
    const dataFor = async (token: string | undefined) => {
      const reply = await test.call('/api/workflows:debugInput', { body: { key: 'pays' }, ...(token ? { token } : {}) })
      return reply.body.data.context.data
    }
    expect(await dataFor(undefined)).toMatchObject({ sum: 7 })
    expect(await dataFor(drafter)).toBeNull()
  })

  it('is 404 for what is not there', async () => {
    const { errors } = await input({ kind: 'execution', id: '0198c0de-0000-7000-8000-000000000000' })
    expect(errors).toMatchObject([{ code: 'not_found', path: 'from.id' }])
  })
})
