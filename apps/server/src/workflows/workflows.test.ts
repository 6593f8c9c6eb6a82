import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
let member: string
beforeAll(async () => {
  test = await createTestApp()
  member = await test.signInAs('member@example.com', ['member'])
  await test.call('/api/collections:create', { body: { name: 'notes', fields: [{ name: 'text', type: 'string' }] } })
})
afterAll(() => test.stop())

const call = (verb: string, body: object, token?: string) =>
  test.call(`/api/workflows:${verb}`, { body, ...(token ? { token } : {}) })
const definition = (expression: string, more: object = {}) => ({
  sync: false,
  trigger: { type: 'call', config: {} },
  nodes: [
    { key: 'sum', type: 'calculate', config: { expression } },
    { key: 'end', type: 'end', config: { output: '{{$nodes.sum}}' } },
  ],
  ...more,
})

describe('a workflow', () => {
  it('is drafted, deployed, enabled, run, changed and rolled back; runs keep to what is live', async () => {
    expect(
      (await call('create', { key: 'sum', title: 'Sum', definition: definition('{{$context.data.n + 1}}') })).status,
    ).toBe(200)
    expect((await call('enable', { key: 'sum', enabled: true })).status).toBe(409)
    expect((await call('run', { key: 'sum', input: { n: 1 } })).status).toBe(422)
    expect((await call('deploy', { key: 'sum', note: 'first' })).body.data).toEqual({ version: 1 })
    expect((await call('deploy', { key: 'sum' })).body.data).toEqual({ version: 1 })
    await call('enable', { key: 'sum', enabled: true })
    const run = () => call('run', { key: 'sum', input: { n: 1 }, wait: true })
    expect((await run()).body.data).toMatchObject({ status: 'succeeded', output: 2 })

    await call('saveDraft', { key: 'sum', definition: definition('{{$context.data.n + 10}}') })
    expect((await call('get', { key: 'sum' })).body.data).toMatchObject({ hasDraftChanges: true, liveVersion: 1 })
    expect((await run()).body.data.output).toBe(2)
    expect((await call('deploy', { key: 'sum' })).body.data).toEqual({ version: 2 })
    expect((await run()).body.data.output).toBe(11)
    await call('rollback', { key: 'sum', version: 1 })
    expect((await run()).body.data.output).toBe(2)
    const { body } = await test.call('/api/versions:list', { body: { workflow: 'sum' } })
    expect(body.data).toMatchObject([
      { number: 2, live: false },
      { number: 1, live: true, note: 'first' },
    ])
  })

  it('runs once for an idempotency key, also for many at once', async () => {
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => call('run', { key: 'sum', input: { n: 5 }, idempotencyKey: 'once' })),
    )
    expect(new Set(runs.map(({ body }) => body.data.executionId)).size).toBe(1)
  })

  it('can be saved with problems but not deployed', async () => {
    const bad = definition('{{$nodes.later.x}}', {
      sync: true,
      trigger: { type: 'action', config: { collection: 'nowhere', mode: 'local' } },
      nodes: [
        { key: 'wait', type: 'delay', config: { durationMs: 5 } },
        { key: 'x', type: 'nonsense', config: {} },
      ],
    })
    expect(
      (await call('create', { key: 'bad', title: 'Bad', definition: bad })).body.data.problems.length,
    ).toBeGreaterThan(2)
    const { status, body } = await call('deploy', { key: 'bad' })
    expect(status).toBe(422)
    expect(body.errors[0].code).toBe('definition_invalid')
    expect(body.problems.map((problem: { code: string }) => problem.code)).toEqual(
      expect.arrayContaining(['unknown_collection', 'waits_in_sync', 'unknown_node_type']),
    )
  })

  it.each([
    ['a taken key', 'create', { key: 'sum', title: 'x', definition: definition('{{1}}') }, 409],
    ['a bad key', 'create', { key: '../x', title: 'x', definition: definition('{{1}}') }, 400],
    ['no definition', 'create', { title: 'x' }, 400],
    ['a definition of another shape', 'saveDraft', { key: 'sum', definition: { nodes: 'x' } }, 400],
    ['text that cannot be stored', 'saveDraft', { key: 'sum', definition: definition('a\u0000') }, 400],
    ['an unknown workflow', 'deploy', { key: 'nope' }, 404],
    ['an unknown version', 'rollback', { key: 'sum', version: 99 }, 404],
    ['a workflow that is not called', 'run', { key: 'bad' }, 422],
  ])('%s is refused', async (_, verb, body, status) => {
    const reply = await call(verb, body)
    expect(reply.status).toBe(status)
    expect(reply.body.errors[0].message).toBeTruthy()
  })

  it('is for builders', async () => {
    for (const verb of ['create', 'saveDraft', 'deploy', 'enable', 'delete'])
      expect(
        (await call(verb, { key: 'sum', title: 'x', enabled: false, definition: definition('{{1}}') }, member)).status,
      ).toBe(403)
    expect((await call('run', { key: 'sum', input: { n: 1 } }, member)).status).toBe(200)
  })

  it('is not deleted while something of it waits, unless that is canceled', async () => {
    const waits = {
      ...definition('{{1}}'),
      nodes: [{ key: 'pause', type: 'delay', config: { durationMs: 3_600_000 } }],
    }
    await call('create', { key: 'waits', title: 'Waits', definition: waits })
    await call('deploy', { key: 'waits' })
    await call('enable', { key: 'waits', enabled: true })
    const { executionId } = (await call('run', { key: 'waits' })).body.data
    await expect.poll(async () => (await test.call(`/api/executions/${executionId}`)).body.data.status).toBe('waiting')
    expect((await call('delete', { key: 'waits' })).status).toBe(409)
    expect((await call('delete', { key: 'waits', cancel: true })).body.data).toEqual({ canceled: 1 })
    expect((await test.call(`/api/executions/${executionId}`)).body.data.status).toBe('canceled')
    expect((await call('get', { key: 'waits' })).status).toBe(404)
  })
})
