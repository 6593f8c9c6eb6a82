import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
let member: string
let atOnce = 0
let most = 0
let slowPort = 0
/** Answers after a while and counts how many it answers at once. */
const slow = createServer((_, response) => {
  atOnce += 1
  most = Math.max(most, atOnce)
  setTimeout(() => {
    atOnce -= 1
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }, 20)
})
const call = (path: string, body: object = {}, token?: string) =>
  test.call(`/api/${path}`, { body, ...(token ? { token } : {}) })
const start = async (key: string, input: object = {}): Promise<string> =>
  (await call('workflows:run', { key, input })).body.data.executionId
const get = async (id: string) => (await test.call(`/api/executions/${id}`)).body.data
const settled = (id: string, status: string) => expect.poll(async () => (await get(id)).status).toBe(status)

beforeAll(async () => {
  await once(slow.listen(0, '127.0.0.1'), 'listening')
  slowPort = (slow.address() as { port: number }).port
  test = await createTestApp({ EGRESS_ALLOW: `127.0.0.1:${slowPort}` })
  member = await test.signInAs('member@example.com', ['member'])
  await call('collections:create', { name: 'lines', fields: [{ name: 'n', type: 'integer' }] })
  const line = (key: string, n: unknown) => ({
    key,
    type: 'record.create',
    config: { collection: 'lines', values: { n: n as number } },
  })
  const trigger = { type: 'call', config: {} }
  await deployWorkflow(test.app, 'repair', trigger, {
    nodes: [
      line('first', 1),
      { key: 'check', type: 'record.query', config: { collection: 'lines', filter: { n: '{{$context.data.n}}' } } },
      line('last', 3),
    ],
  })
  await deployWorkflow(test.app, 'pause', trigger, {
    nodes: [{ key: 'pause', type: 'delay', config: { durationMs: 50 } }, line('after', 9)],
  })
  await deployWorkflow(test.app, 'review', trigger, {
    nodes: [
      {
        key: 'ask',
        type: 'review',
        config: {
          title: 'Well?',
          assignees: { roles: ['member'] },
          form: { type: 'object', required: ['why'], properties: { why: { type: 'string' } } },
        },
        branches: { approve: [line('yes', 100)], reject: [] },
      },
    ],
  })
  await deployWorkflow(
    test.app,
    'sku',
    { type: 'event', config: { events: ['sku_reorder'] } },
    { nodes: [line('order', '{{$param.sku}}')] },
  )
  await deployWorkflow(
    test.app,
    'loop',
    { type: 'event', config: { events: ['ping'] } },
    { nodes: [{ key: 'again', type: 'event.emit', config: { name: 'ping', params: {} } }] },
  )
  await test.app.registry.refresh()
})
afterAll(async () => {
  await test.stop()
  slow.close()
})

describe('the options of a workflow', () => {
  it('label an execution and limit how many run at once', async () => {
    const definition = {
      sync: false,
      trigger: { type: 'call', config: {} },
      nodes: [{ key: 'call', type: 'http', config: { method: 'GET', url: `http://127.0.0.1:${slowPort}/` } }],
      options: { concurrency: 2, label: 'No. {{$context.data.n}}' },
    }
    await call('workflows:create', { key: 'narrow', title: 'Narrow', definition })
    await call('workflows:deploy', { key: 'narrow' })
    await call('workflows:enable', { key: 'narrow', enabled: true })
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => start('narrow', { n })))
    for (const id of ids) await settled(id, 'succeeded')
    expect(most).toBe(2)
    expect((await get(ids[2]!)).label).toBe('No. 3')
  })
})

describe('an execution', () => {
  it('that failed is retried from the failed node, with another context, and does nothing twice', async () => {
    const id = await start('repair', {})
    await settled(id, 'failed')
    expect(await get(id)).toMatchObject({ error: { code: 'unresolved_reference', node: 'check', path: 'filter.n' } })
    const { body } = await call('executions:retry', { id, context: { data: { n: 1 } } })
    expect(body.data).toMatchObject({ parentId: id, nodeRuns: [{ path: 'first', status: 'succeeded' }] })
    await settled(body.data.id, 'succeeded')
    const { data: retries } = (await call('executions:list', { parentId: id })).body
    expect(retries).toMatchObject([{ id: body.data.id, parentId: id, depth: 0 }])
    expect((await call('lines:count', { filter: { n: 1 } })).body.data).toBe(1)
    expect((await call('lines:count', { filter: { n: 3 } })).body.data).toBe(1)
  })

  it('that debugged a draft is retried as a debug run', async () => {
    const { executionId } = (await call('workflows:debug', { key: 'repair', context: {} })).body.data
    await settled(executionId, 'failed')
    const { body } = await call('executions:retry', { id: executionId, context: { data: { n: 9 } } })
    expect(body.data.debug).toBe(true)
    await settled(body.data.id, 'succeeded')
    expect((await call('executions:list', { parentId: executionId })).body.data).toEqual([])
  })

  it('goes on after a deadlock', async () => {
    const { pool } = test.app.client
    // The write is tried together with others, then alone, then by the next claim.
    await pool.query(`create sequence tries; create function deadlock() returns trigger language plpgsql as $$
      begin if nextval('ensue.tries') <= 2 then raise 'deadlock' using errcode = '40P01'; end if; return new; end $$;
      create trigger deadlock before insert on data.lines for each row execute function deadlock()`)
    const id = await start('repair', { data: { n: 1 } })
    await expect.poll(async () => (await get(id)).finishedAt).not.toBeNull()
    await pool.query('drop function deadlock cascade; drop sequence tries')
    expect((await get(id)).nodeRuns[0]).toMatchObject({ path: 'first', status: 'succeeded' })
  })

  it('goes on after a delay', async () => {
    const id = await start('pause')
    await settled(id, 'succeeded')
    expect((await get(id)).nodeRuns.map((run: { path: string }) => run.path)).toEqual(['pause', 'after'])
  })

  it('is canceled while it waits, and its task with it', async () => {
    const id = await start('review')
    await settled(id, 'waiting')
    expect((await call('executions:cancel', { id })).body.data.status).toBe('canceled')
    expect((await call('tasks:list', { status: 'pending' }, member)).body.data).toEqual([])
    expect((await call('executions:cancel', { id })).status).toBe(409)
  })

  it.each([
    ['an unknown one', 'executions:get', { id: '01a1fc2d-85a0-7055-8fc0-af8102eb0714' }, 404],
    ['no id', 'executions:get', { id: 'x' }, 400],
    ['an unknown status', 'executions:list', { status: 'nonsense' }, 400],
    ['too long a page', 'executions:list', { limit: 5_000 }, 400],
  ])('%s is refused', async (_, path, body, status) => {
    expect((await call(path, body)).status).toBe(status)
  })

  it('is seen by those who may, and in a list by GET parameters', async () => {
    expect((await call('executions:list', {}, member)).status).toBe(403)
    const { body } = await test.call('/api/executions?status=canceled&limit=1')
    expect(body.data).toMatchObject([{ status: 'canceled', workflow: 'review' }])
  })
})

describe('a task', () => {
  it('is decided once, by an assignee, with values that fit the form', async () => {
    const id = await start('review')
    await settled(id, 'waiting')
    const [task] = (await call('tasks:list', { status: 'pending' }, member)).body.data
    expect(task).toMatchObject({ title: 'Well?', executionId: id, assignees: { roles: ['member'] } })
    const decide = (body: object, token = member) => call('tasks:decide', { id: task.id, ...body }, token)
    expect((await call('tasks:decide', { id: task.id, decision: 'approve', values: { why: 'x' } })).status).toBe(403)
    expect((await decide({ decision: 'maybe' })).status).toBe(400)
    const wrong = await decide({ decision: 'approve', values: {} })
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'values.why'])
    const both = await Promise.all([
      decide({ decision: 'approve', values: { why: 'a' } }),
      decide({ decision: 'reject', values: { why: 'b' } }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    await settled(id, 'succeeded')
  })
})

describe('an event', () => {
  it('starts every listener with its parameters, once for an idempotency key', async () => {
    const reply = await call('events/sku_reorder?idempotencyKey=k1', { sku: 42 })
    expect(reply.body.data.triggered).toMatchObject([{ workflow: 'sku', status: 'queued' }])
    await settled(reply.body.data.triggered[0].executionId, 'succeeded')
    const again = await call('events:emit', { name: 'sku_reorder', params: { sku: 42 }, idempotencyKey: 'k1' })
    expect(again.body.data).toMatchObject({
      id: reply.body.data.id,
      triggered: [{ executionId: reply.body.data.triggered[0].executionId }],
    })
    expect((await call('lines:count', { filter: { n: 42 } })).body.data).toBe(1)
  })

  it('with a delay starts its listeners later', async () => {
    const { body } = await call('events:emit', { name: 'sku_reorder', params: { sku: 43 }, delayMs: 100 })
    expect(body.data.triggered).toEqual([])
    await expect
      .poll(async () => (await call('lines:count', { filter: { n: 43 } })).body.data, { timeout: 5_000 })
      .toBe(1)
  })

  it('does not start a workflow that is in its own chain, and says so', async () => {
    const { body } = await call('events:emit', { name: 'ping' })
    await settled(body.data.triggered[0].executionId, 'succeeded')
    const { data } = (await call('executions:list', { workflow: 'loop' })).body
    expect(data.map((run: { status: string; reason: string | null }) => [run.status, run.reason])).toEqual([
      ['skipped', 'self_triggered'],
      ['succeeded', null],
    ])
  })

  it('of the system is not for callers', async () => {
    expect((await call('events:emit', { name: 'system.user.signedIn' })).status).toBe(422)
  })
})
