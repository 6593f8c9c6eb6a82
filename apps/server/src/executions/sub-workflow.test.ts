import type { JsonObject } from '@ensue/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
  await publish('price', callable([end({ total: '{{$context.input.qty * 5}}' })], { input: QTY, output: TOTAL }))
})
afterAll(() => test.stop())

const QTY = { type: 'object', properties: { qty: { type: 'integer', minimum: 1 } }, required: ['qty'] }
const TOTAL = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] }

const api = (path: string, body: object) => test.call(`/api/${path}`, { body })
const node = (key: string, type: string, config: JsonObject, more: object = {}) => ({ key, type, config, ...more })
const end = (output: JsonObject) => node('end', 'end', { output })
const sub = (workflow: string, input: JsonObject = {}, more: object = {}) =>
  node('sub', 'subWorkflow', { workflow, input, ...more })
const callable = (nodes: object[], config: object = {}, sync = false) => ({
  sync,
  trigger: { type: 'call', config },
  nodes,
})

async function save(key: string, definition: object) {
  const { body } = await api('workflows:create', { key, title: key, definition })
  return body.data.problems as { code: string; path: string }[]
}
async function publish(key: string, definition: object) {
  expect(await save(key, definition)).toEqual([])
  expect((await api('workflows:deploy', { key })).status).toBe(200)
  expect((await api('workflows:enable', { key, enabled: true })).status).toBe(200)
}
const get = async (id: string) => (await test.call(`/api/executions/${id}`)).body.data
const start = async (key: string, input: JsonObject = {}): Promise<string> =>
  (await api('workflows:run', { key, input })).body.data.executionId
async function settled(id: string) {
  await expect.poll(async () => (await get(id)).finishedAt, { timeout: 10_000 }).not.toBeNull()
  return get(id)
}
const childrenOf = async (parentId: string) => (await api('executions:list', { parentId })).body.data
async function childOf(parentId: string) {
  await expect.poll(async () => (await childrenOf(parentId)).length, { timeout: 10_000 }).toBe(1)
  return get((await childrenOf(parentId))[0].id)
}

describe('a sub-workflow', () => {
  it('gives its output to the node that waits for it', async () => {
    await publish(
      'order',
      callable([sub('price', { qty: '{{$context.input.n}}' }), end({ paid: '{{$nodes.sub.total}}' })]),
    )
    const order = await settled(await start('order', { n: 3 }))
    expect(order).toMatchObject({ status: 'succeeded', output: { paid: 15 } })
    expect(await childOf(order.id)).toMatchObject({
      workflow: 'price',
      trigger: 'call',
      status: 'succeeded',
      depth: 1,
      context: { input: { qty: 3 }, user: { email: 'admin@example.com' }, role: 'admin' },
    })
  })

  it('waits as long as it takes, through reviews of its own', async () => {
    await publish(
      'ask',
      callable([
        node('ok', 'review', { title: 'OK?', assignees: { roles: ['admin'] } }),
        end({ by: '{{$nodes.ok.decision}}' }),
      ]),
    )
    await publish('asker', callable([sub('ask'), end({ said: '{{$nodes.sub.by}}' })]))
    const id = await start('asker')
    const child = await childOf(id)
    await expect.poll(async () => (await get(child.id)).status).toBe('waiting')
    expect((await get(id)).status).toBe('waiting')
    const { data: tasks } = (await api('tasks:list', { status: 'pending' })).body
    const task = tasks.find((one: { executionId: string }) => one.executionId === child.id)
    await api('tasks:decide', { id: task.id, decision: 'approve' })
    expect(await settled(id)).toMatchObject({ status: 'succeeded', output: { said: 'approve' } })
  })

  it('fails the node when it fails, which may go on, or try again with a new run', async () => {
    await publish('bad', callable([node('no', 'end', { status: 'failure', message: 'No stock.' })]))
    await publish('caller', callable([sub('bad')]))
    expect(await settled(await start('caller'))).toMatchObject({
      status: 'failed',
      error: { code: 'sub_workflow_failed', message: 'The workflow "bad" failed: No stock.', node: 'sub' },
    })
    await publish(
      'patient',
      callable([
        { ...sub('bad'), onError: 'continue', retry: { maxAttempts: 2, delayMs: 1, backoff: 'fixed' } },
        end({ was: '{{$nodes.sub.error.code}}' }),
      ]),
    )
    const patient = await settled(await start('patient'))
    expect(patient).toMatchObject({ status: 'succeeded', output: { was: 'sub_workflow_failed' } })
    expect(patient.nodeRuns[0]).toMatchObject({ status: 'failed', attempt: 2 })
    expect(await childrenOf(patient.id)).toHaveLength(2)
  })

  it('takes input that fits its schema only, and gives output that fits its own', async () => {
    await publish('wrong', callable([sub('price', { qty: 0 })]))
    const wrong = await settled(await start('wrong'))
    expect(wrong).toMatchObject({ status: 'failed', error: { code: 'schema_invalid', path: 'input.qty' } })
    expect(await childrenOf(wrong.id)).toEqual([])
    await publish('liar', callable([end({ total: 'much' })], { output: TOTAL }))
    expect(await settled(await start('liar'))).toMatchObject({
      status: 'failed',
      error: { code: 'output_invalid', message: expect.stringContaining('output.total') },
      output: null,
    })
    await publish('trusting', callable([sub('liar')]))
    expect((await settled(await start('trusting'))).error.code).toBe('sub_workflow_failed')
  })

  it('goes its own way when nobody waits', async () => {
    await publish(
      'detached',
      callable([sub('price', { qty: 1 }, { wait: false }), end({ id: '{{$nodes.sub.executionId}}' })]),
    )
    const detached = await settled(await start('detached'))
    const child = await childOf(detached.id)
    expect(detached.output).toEqual({ id: child.id })
    expect(await settled(child.id)).toMatchObject({ status: 'succeeded', output: { total: 5 } })
  })

  it('is canceled with the one who waits, and its own cancel fails the node', async () => {
    await publish('sleeper', callable([node('nap', 'delay', { durationMs: 600_000 })]))
    await publish('middle', callable([sub('sleeper')]))
    await publish('top', callable([sub('middle')]))
    const id = await start('top')
    const middle = await childOf(id)
    const sleeper = await childOf(middle.id)
    await expect.poll(async () => (await get(sleeper.id)).status).toBe('waiting')
    expect((await api('executions:cancel', { id })).status).toBe(200)
    for (const { id: below } of [middle, sleeper])
      expect(await get(below)).toMatchObject({ status: 'canceled', reason: 'caller_canceled' })

    const other = await start('top')
    const child = await childOf(other)
    await expect.poll(async () => (await get(child.id)).status).toBe('waiting')
    await api('executions:cancel', { id: child.id })
    expect(await settled(other)).toMatchObject({ status: 'failed', error: { code: 'sub_workflow_canceled' } })
  })

  it('is canceled with its caller also when that does not wait for it, but outlives one that is over', async () => {
    const detached = { ...sub('sleeper'), config: { workflow: 'sleeper', wait: false } }
    await publish('starter', callable([detached, node('nap', 'delay', { durationMs: 600_000 })]))
    const id = await start('starter')
    const child = await childOf(id)
    await expect.poll(async () => (await get(id)).status).toBe('waiting')
    await api('executions:cancel', { id })
    expect(await get(child.id)).toMatchObject({ status: 'canceled', reason: 'caller_canceled' })

    await publish('done', callable([detached]))
    const done = await settled(await start('done'))
    const goesOn = await childOf(done.id)
    expect((await api('executions:cancel', { id: done.id })).status).toBe(409)
    await expect.poll(async () => (await get(goesOn.id)).status).toBe('waiting')
  })

  it('is waited for as long as the node may take, then canceled', async () => {
    await publish('hasty', callable([{ ...sub('sleeper'), timeoutMs: 50 }]))
    const hasty = await settled(await start('hasty'))
    expect(hasty).toMatchObject({ status: 'failed', error: { code: 'sub_workflow_unfinished' } })
    const child = await childOf(hasty.id)
    expect(await settled(child.id)).toMatchObject({ status: 'canceled', reason: 'caller_timed_out' })
  })

  it('may call itself, to a depth', async () => {
    await publish('loop', callable([]))
    await api('workflows:saveDraft', { key: 'loop', definition: callable([sub('loop')]) })
    expect((await api('workflows:deploy', { key: 'loop' })).status).toBe(200)
    const top = await settled(await start('loop'))
    expect(top.status).toBe('failed')
    const { data } = (await api('executions:list', { workflow: 'loop', limit: 100 })).body
    expect(data).toHaveLength(17)
    const deepest = data.find((one: { depth: number }) => one.depth === 16)
    expect(deepest.error.code).toBe('chain_too_deep')
  })

  it('fails the node when it may not be started', async () => {
    await publish('off', callable([]))
    await publish('hopeful', callable([sub('off')]))
    await api('workflows:enable', { key: 'off', enabled: false })
    expect(await settled(await start('hopeful'))).toMatchObject({
      error: { code: 'trigger_invalid', message: 'The workflow "off" is disabled.' },
    })
  })

  it('is skipped like any other start, which fails the node', async () => {
    await publish('single', {
      ...callable([node('nap', 'delay', { durationMs: 600_000 })]),
      options: { concurrency: { max: 1, onExcess: 'skip' } },
    })
    await start('single')
    await publish('second', callable([sub('single')]))
    expect((await settled(await start('second'))).error.code).toBe('sub_workflow_skipped')
  })
})

describe('a sub-workflow in a sync run', () => {
  it('runs here and now', async () => {
    await publish('now', callable([end({ total: '{{$context.input.qty * 2}}' })], { input: QTY }, true))
    await publish('hook', {
      sync: true,
      trigger: { type: 'webhook', config: {} },
      nodes: [
        sub('now', { qty: '{{$body.qty}}' }),
        node('reply', 'response', { body: { is: '{{$nodes.sub.total}}' } }),
      ],
    })
    const { body, headers } = await test.call('/api/webhooks/hook', { body: { qty: 4 }, token: null })
    expect(body).toEqual({ is: 8 })
    expect(await childOf(headers.get('ensue-execution-id')!)).toMatchObject({ status: 'succeeded', depth: 1 })
    expect((await test.call('/api/webhooks/hook', { body: { qty: 0 }, token: null })).status).toBe(500)
  })

  it('is refused at deploy when it would wait, or stand in the way of a transaction', async () => {
    const hook = { sync: true, trigger: { type: 'webhook', config: {} } }
    expect(await save('h1', { ...hook, nodes: [sub('price', { qty: 1 })] })).toMatchObject([
      { code: 'waits_in_sync', path: 'nodes.0.config.workflow' },
    ])
    expect(await save('h2', { ...hook, nodes: [sub('price', { qty: 1 }, { wait: false })] })).toEqual([])
    expect(await save('h3', { ...hook, nodes: [sub('hook')] })).toMatchObject([{ code: 'not_callable' }])
    expect(await save('h4', { ...hook, nodes: [sub('nobody')] })).toMatchObject([{ code: 'unknown_workflow' }])
    await api('collections:create', { name: 'notes', fields: [{ name: 'text', type: 'string' }] })
    const before = { sync: true, trigger: { type: 'beforeAction', config: { collection: 'notes' } } }
    expect(await save('b1', { ...before, nodes: [sub('now', { qty: 1 })] })).toMatchObject([
      { code: 'not_transactional' },
    ])
  })

  it('is started in the transaction of an action, or not at all', async () => {
    const trigger = { type: 'beforeAction', config: { collection: 'notes', actions: ['create'] } }
    const refuse = node(
      'if',
      'condition',
      { expression: '$context.params.values.text = "no"' },
      { branches: { yes: [node('no', 'end', { status: 'failure', message: 'No.' })] } },
    )
    await publish('b2', { sync: true, trigger, nodes: [sub('price', { qty: 7 }, { wait: false }), refuse] })
    const started = async () =>
      (await api('executions:list', { workflow: 'price', limit: 100 })).body.data.filter(
        (one: { parentId: string | null; depth: number }) => one.depth === 1,
      ).length
    const before = await started()
    expect((await api('notes:create', { text: 'no' })).status).toBe(400)
    expect(await started()).toBe(before)
    expect((await api('notes:create', { text: 'yes' })).status).toBe(200)
    expect(await started()).toBe(before + 1)
  })
})

it('goes on when the process that waited, or ran it, is another one', async () => {
  const other = await createTestApp({}, test)
  try {
    await publish(
      'relay',
      callable(
        [sub('price', { qty: 1 }), sub('price', { qty: 2 }), end({})].map((one, index) => ({
          ...one,
          key: `n${index}`,
        })),
      ),
    )
    const ids = await Promise.all(Array.from({ length: 20 }, () => start('relay')))
    for (const id of ids) {
      expect((await settled(id)).status).toBe('succeeded')
      expect(await childrenOf(id)).toHaveLength(2)
    }
  } finally {
    await other.stop()
  }
})
