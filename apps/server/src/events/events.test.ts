import { deleteOldEvents, type EventRow } from '@ensue/db'
import type { Definition, JsonObject, NodeDefinition } from '@ensue/engine'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
let viewer: string
const call = async (path: string, body: object = {}, token?: string) =>
  test.call(`/api/${path}`, { body, ...(token ? { token } : {}) })
const emit = async (name: string, params: object = {}, query = '') => call(`events/${name}${query}`, params)
const execution = async (id: string) => (await test.call(`/api/executions/${id}`)).body.data
const settled = (id: string, status: string) =>
  expect.poll(async () => (await execution(id)).status, { timeout: 5_000 }).toBe(status)
const runsOf = async (workflow: string, status?: string) =>
  (await call('executions:list', { workflow, ...(status ? { status } : {}) })).body.data
const set = (value: string): NodeDefinition => ({ key: 'note', type: 'set', config: { values: { value } } })
const emitNode = (name: string, params: JsonObject, more: JsonObject = {}): NodeDefinition => ({
  key: 'emit',
  type: 'event.emit',
  config: { name, params, ...more },
})
const listen = (
  key: string,
  events: string[],
  nodes: Definition['nodes'] = [],
  config: JsonObject = {},
  enabled = true,
) => deployWorkflow(test.app, key, { type: 'event', config: { events, ...config } }, { nodes, enabled })

beforeAll(async () => {
  test = await createTestApp()
  viewer = await test.signInAs('member@example.com', ['member'])
  await listen('reorder', ['sku_reorder'], [set('{{$param.sku}}')])
  await listen('tell', ['sku_reorder', 'sku_sold'], [set('{{$param.sku}}')])
  await listen('asleep', ['sku_reorder'], [], {}, false)
  await listen('ping', ['ping'], [emitNode('pong', {})])
  await listen('pong', ['pong'], [emitNode('ping', {})])
  await listen('again', ['again'], [emitNode('again', { n: '{{$param.n + 1}}' })], { allowSelfTrigger: true })
  await deployWorkflow(
    test.app,
    'emitter',
    { type: 'call', config: {} },
    {
      nodes: [emitNode('typed', { sku: '{{$context.input.sku}}' }, { orderingKey: 'k' })],
    },
  )
})
afterAll(() => test.stop())

describe('an emitted event', () => {
  it('starts every enabled workflow that listens, and is there with its executions', async () => {
    const { status, body } = await emit('sku_reorder', { sku: 7 }, '?orderingKey=s7')
    expect(status).toBe(200)
    expect(body.data.triggered.map((one: { workflow: string }) => one.workflow)).toEqual(['reorder', 'tell'])
    for (const { executionId } of body.data.triggered) await settled(executionId, 'succeeded')
    expect(await execution(body.data.triggered[0].executionId)).toMatchObject({
      context: {
        param: { sku: 7 },
        event: { id: body.data.id, name: 'sku_reorder' },
        user: { email: 'admin@example.com' },
      },
      nodeRuns: [{ output: { value: 7 } }],
    })
    expect((await test.call(`/api/events/${body.data.id}`)).body.data).toMatchObject({
      name: 'sku_reorder',
      params: { sku: 7 },
      orderingKey: 's7',
      source: { kind: 'api' },
      executions: [
        { workflow: 'reorder', status: 'succeeded', replay: false },
        { workflow: 'tell', status: 'succeeded', replay: false },
      ],
    })
    expect(await runsOf('asleep')).toEqual([])
  })

  it('is the first one when it comes again with its idempotency key, in the query or the header', async () => {
    const first = (await emit('sku_sold', { sku: 1 }, '?idempotencyKey=once')).body.data
    const again = await test.call('/api/events/sku_sold', { body: { sku: 2 }, headers: { 'idempotency-key': 'once' } })
    expect(again.body.data.id).toBe(first.id)
    expect(again.body.data.triggered.map((one: { executionId: string }) => one.executionId)).toEqual(
      first.triggered.map((one: { executionId: string }) => one.executionId),
    )
    const other = (await emit('sku_sold', { sku: 3 }, '?idempotencyKey=twice')).body.data
    expect(other.id).not.toBe(first.id)
  })

  it('is listed newest first, by name and time, page by page', async () => {
    const names: string[] = []
    const page = async (after?: string) =>
      call('events:list', { name: 'sku_sold', limit: 1, ...(after ? { after } : {}) })
    let { body } = await page()
    for (;;) {
      names.push(body.data[0].params.sku)
      if (!body.meta.nextAfter) break
      body = (await page(body.meta.nextAfter)).body
    }
    expect(names).toEqual([3, 1])
    const { emittedAt } = (await call('events:list', { name: 'sku_sold' })).body.data[0]
    expect((await call('events:list', { name: 'sku_sold', from: emittedAt })).body.data.length).toBeGreaterThan(0)
    expect((await call('events:list', { name: 'sku_sold', to: '2020-01-01T00:00:00Z' })).body.data).toEqual([])
  })

  it('is replayed to its listeners, or to a chosen one, marked as a replay', async () => {
    const first = (await emit('sku_reorder', { sku: 8 })).body.data
    const replayed = await call('events:replay', { id: first.id, workflow: 'reorder' })
    expect(replayed.body.data).toMatchObject({ id: first.id, triggered: [{ workflow: 'reorder', status: 'queued' }] })
    const { executionId } = replayed.body.data.triggered[0]
    await settled(executionId, 'succeeded')
    expect((await execution(executionId)).context).toMatchObject({ param: { sku: 8 }, event: { replay: true } })
    expect((await call('events:replay', { id: first.id })).body.data.triggered).toHaveLength(2)
    const { executions } = (await call('events:get', { id: first.id })).body.data
    expect(executions.map((one: { replay: boolean }) => one.replay)).toEqual([false, false, true, true, true])
    const refused = await call('events:replay', { id: first.id, workflow: 'asleep' })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ code: 'trigger_invalid', path: 'workflow' }] } })
    expect((await call('events:replay', { id: first.id }, viewer)).status).toBe(200)
    expect((await call('events:get', { id: crypto.randomUUID() })).status).toBe(404)
  })

  it('with a delay starts its listeners later, also after a restart', async () => {
    const { body } = await emit('sku_sold', { sku: 'late' }, '?delayMs=700')
    expect(body.data.triggered).toEqual([])
    expect((await test.call(`/api/events/${body.data.id}`)).body.data).toMatchObject({ executions: [] })
    const restarted = await createTestApp({}, test)
    await expect
      .poll(async () => (await test.call(`/api/events/${body.data.id}`)).body.data, { timeout: 5_000 })
      .toMatchObject({ dueAt: null, executions: [{ workflow: 'tell', status: 'succeeded' }] })
    await restarted.stop()
  })

  it('is kept for a time, and longer while its listeners have not been started', async () => {
    const { db } = test.app.client
    const [old, late, young] = await Promise.all(
      ['?idempotencyKey=kept', '?delayMs=86400000', ''].map(
        async (query) => (await emit('kept', {}, query)).body.data.id,
      ),
    )
    const age = (id: string) =>
      sql`update ensue.event set emitted_at = now() - interval '31 days', id = ('00' || substr(id::text, 3))::uuid where id = ${id}`
    for (const id of [old, late]) await age(id).execute(db)
    expect(await deleteOldEvents(db, 30)).toBe(1)
    expect(await deleteOldEvents(db, 30)).toBe(0)
    const { data } = (await call('events:list', { name: 'kept' })).body
    expect(data.map(({ id, dueAt }: EventRow) => [id, dueAt === null])).toEqual([
      [young, true],
      [`00${late.slice(2)}`, false],
    ])
    expect((await emit('kept', {}, '?idempotencyKey=kept')).body.data.id).not.toBe(old)
  })

  it.each([
    ['system.user.created', 422, 'schema_invalid'],
    ['two%20words', 400, 'invalid_input'],
  ])('is refused by the name %s', async (name, status, code) => {
    expect(await emit(name)).toMatchObject({ status, body: { errors: [{ code, path: 'name' }] } })
  })
})

describe('the loop guard', () => {
  it('skips a workflow that is in the chain already, and says why', async () => {
    await emit('ping')
    await expect.poll(() => runsOf('ping', 'skipped'), { timeout: 5_000 }).toHaveLength(1)
    const [skipped] = await runsOf('ping', 'skipped')
    expect(skipped).toMatchObject({ reason: 'self_triggered', error: { message: expect.stringContaining('chain') } })
    expect(await runsOf('ping')).toHaveLength(2)
    expect(await runsOf('pong')).toHaveLength(1)
  })

  it('ends a workflow that may start itself at the depth limit', async () => {
    await emit('again', { n: 0 })
    await expect.poll(() => runsOf('again', 'skipped'), { timeout: 10_000 }).toHaveLength(1)
    expect(await runsOf('again', 'skipped')).toMatchObject([{ reason: 'chain_too_deep' }])
    expect(await runsOf('again', 'succeeded')).toHaveLength(17)
  })
})

describe('the catalogue', () => {
  const schema = {
    type: 'object',
    required: ['sku'],
    properties: { sku: { type: 'integer' } },
    additionalProperties: false,
  }

  it('declares an event, whose parameters are checked wherever it is emitted', async () => {
    const declared = await call('eventTypes:set', { name: 'typed', title: 'Typed', schema })
    expect(declared.body.data).toMatchObject({ name: 'typed', title: 'Typed', declared: true, builtIn: false })
    expect((await emit('typed', { sku: 1 })).status).toBe(200)
    expect(await emit('typed', { sku: 'x', more: 1 })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { code: 'schema_invalid', path: 'params.more' },
          { code: 'schema_invalid', path: 'params.sku' },
        ],
      },
    })
    const bad = (await call('workflows:run', { key: 'emitter', input: { sku: 'x' } })).body.data.executionId
    await settled(bad, 'failed')
    expect(await execution(bad)).toMatchObject({
      error: { code: 'schema_invalid', path: 'params.sku', node: 'emit', message: expect.stringContaining('integer') },
    })
    const good = (await call('workflows:run', { key: 'emitter', input: { sku: 5 } })).body.data.executionId
    await settled(good, 'succeeded')
    expect((await call('events:list', { name: 'typed' })).body.data).toMatchObject([
      { params: { sku: 5 }, source: { kind: 'execution', executionId: good }, depth: 1, emitter: 'emitter' },
      { params: { sku: 1 }, emitter: null },
    ])
  })

  it('names who emits and who listens, and what the system emits', async () => {
    const types = (await call('eventTypes:list')).body.data
    const byName = Object.fromEntries(types.map((type: { name: string }) => [type.name, type]))
    expect(byName.typed).toMatchObject({ emitters: [{ workflow: 'emitter', node: 'emit' }], listeners: [] })
    expect(byName.sku_reorder).toMatchObject({
      declared: false,
      listeners: [
        { workflow: 'reorder', enabled: true },
        { workflow: 'tell', enabled: true },
        { workflow: 'asleep', enabled: false },
      ],
    })
    expect(byName['system.execution.failed']).toMatchObject({ builtIn: true, schema: { type: 'object' } })
    expect((await test.call('/api/eventTypes/typed')).body.data.schema).toEqual(schema)
  })

  it('refuses what is no schema, reserved names and strangers', async () => {
    expect(await call('eventTypes:set', { name: 'bad', schema: { type: 'nothing' } })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'schema_invalid', path: 'schema' }] },
    })
    expect((await call('eventTypes:set', { name: 'system.mine' })).status).toBe(422)
    expect((await call('eventTypes:set', { name: 'mine' }, viewer)).status).toBe(403)
    expect((await call('eventTypes:list', {}, viewer)).status).toBe(403)
  })

  it('forgets a declaration: the event goes unchecked', async () => {
    expect((await call('eventTypes:delete', { name: 'typed' })).status).toBe(200)
    expect((await emit('typed', { sku: 'x' })).status).toBe(200)
    expect((await call('eventTypes:delete', { name: 'typed' })).status).toBe(404)
  })
})
