import { SYSTEM_EVENTS } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkJsonSchema } from '../http/json-schema.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
const call = (path: string, body: object = {}) => test.call(`/api/${path}`, { body })
const emitted = async (): Promise<{ name: string; params: JsonObject; source: JsonObject; depth: number }[]> =>
  (await call('events:list', { limit: 200 })).body.data.reverse()
const names = async () => (await emitted()).map(({ name }) => name)
const heard = async (): Promise<{ context: JsonObject; status: string }[]> => {
  const { data } = (await call('executions:list', { workflow: 'listener' })).body
  return Promise.all(data.map(async ({ id }: { id: string }) => (await test.call(`/api/executions/${id}`)).body.data))
}

/** Makes every system event happen once. */
async function makeHistory(suffix: string): Promise<void> {
  await test.signInAs(`new${suffix}@example.com`, ['member'])
  await call('collections:create', { name: `things${suffix}`, fields: [{ name: 'n', type: 'integer' }] })
  await call('collections:alter', { name: `things${suffix}`, title: 'Things' })
  await call('collections:drop', { name: `things${suffix}`, confirm: [`things${suffix}`] })
  const definition = {
    trigger: { type: 'call', config: {} },
    nodes: [
      { key: 'ask', type: 'review', config: { title: 'Well?', assignees: { roles: ['admin'] } }, branches: {} },
      { key: 'fail', type: 'end', config: { status: 'failure', message: 'No luck.' } },
    ],
  }
  const key = `flow${suffix}`
  await call('workflows:create', { key, title: 'Flow', definition })
  await call('workflows:deploy', { key })
  await call('workflows:enable', { key, enabled: true })
  const { executionId } = (await call('workflows:run', { key })).body.data
  const task = await expect
    .poll(async () => (await call('tasks:list', { status: 'pending' })).body.data[0], { timeout: 5_000 })
    .toMatchObject({ executionId })
    .then(async () => (await call('tasks:list', { status: 'pending' })).body.data[0])
  await call('tasks:decide', { id: task.id, decision: 'approve', comment: 'Fine.' })
  await expect
    .poll(async () => (await test.call(`/api/executions/${executionId}`)).body.data.status, { timeout: 5_000 })
    .toBe('failed')
  await call('workflows:enable', { key, enabled: false })
}

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.stop())

describe('what the system emits', () => {
  it('is nothing while nobody listens', async () => {
    await makeHistory('1')
    expect(await emitted()).toEqual([])
  })

  it('is every event of the documented list, with the documented parameters, once somebody does', async () => {
    const events = [...SYSTEM_EVENTS.keys()]
    await deployWorkflow(test.app, 'listener', { type: 'event', config: { events } })
    await makeHistory('2')
    expect(await names()).toEqual([
      'system.user.created',
      'system.user.signedIn',
      'system.collection.created',
      'system.collection.altered',
      'system.collection.dropped',
      'system.workflow.deployed',
      'system.workflow.enabled',
      'system.task.created',
      'system.task.decided',
      'system.execution.failed',
      'system.workflow.disabled',
    ])
    expect([...new Set(await names())].sort()).toEqual(events.sort())
    for (const { name, params } of await emitted()) checkJsonSchema(SYSTEM_EVENTS.get(name)!.schema, params, name)
    await expect.poll(async () => (await heard()).map(({ status }) => status)).toEqual(events.map(() => 'succeeded'))
    const failed = (await emitted()).find(({ name }) => name === 'system.execution.failed')
    expect(failed).toMatchObject({
      params: { execution: { workflow: 'flow2' }, error: { message: 'No luck.' }, node: 'fail' },
      source: { kind: 'system' },
      depth: 1,
    })
  })

  it('is not emitted by what is rolled back', async () => {
    const before = (await emitted()).length
    expect((await call('users:create', { email: 'new2@example.com', password: 'correct horse battery' })).status).toBe(
      409,
    )
    expect((await call('collections:create', { name: 'users', fields: [] })).status).toBe(400)
    expect(await emitted()).toHaveLength(before)
  })

  it('cannot be listened to by a name that does not exist', async () => {
    const definition = { trigger: { type: 'event', config: { events: ['system.nothing'] } }, nodes: [] }
    const { body } = await call('workflows:create', { key: 'deaf', title: 'Deaf', definition })
    expect(body.data.problems).toMatchObject([{ code: 'unknown_event', path: 'trigger.config.events' }])
  })
})
