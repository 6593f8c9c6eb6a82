import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../testing/create-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.stop())

const call = (verb: string, body: object, token?: string) =>
  test.call(`/api/workflows:${verb}`, { body, ...(token ? { token } : {}) })

const node = (key: string, type: string, config: object, more: object = {}) => ({ key, type, config, ...more })
const definition = (nodes: object[], trigger: object = { type: 'webhook', config: {} }, sync = true) => ({
  sync,
  trigger,
  nodes,
})

async function publish(key: string, document: object): Promise<void> {
  const created = await call('create', { key, title: key, definition: document })
  expect(created.body.data?.problems, JSON.stringify(created.body)).toEqual([])
  expect((await call('deploy', { key })).status).toBe(200)
  await call('enable', { key, enabled: true })
}

async function nodeRuns(executionId: string | null) {
  return (await test.call(`/api/executions:get/${executionId}`)).body.data.nodeRuns
}

describe('a workflow with code', () => {
  it('runs it, keeps its log and gives its output to the nodes after it', async () => {
    await publish(
      'code',
      definition([
        node('total', 'javascript', {
          inputs: { items: '{{$body.items}}' },
          code: 'console.log("items", items.length)\nreturn items.reduce((sum, { qty }) => sum + qty, 0)',
        }),
        node('answer', 'response', { body: { total: '{{$nodes.total}}' } }),
      ]),
    )
    const reply = await test.call('/api/webhooks/code', { body: { items: [{ qty: 2 }, { qty: 3 }] } })
    expect(reply.body).toEqual({ total: 5 })
    expect(await nodeRuns(reply.headers.get('ensue-execution-id'))).toMatchObject([
      { node: 'total', status: 'succeeded', output: 5, log: ['items 2'], input: { inputs: { items: [{}, {}] } } },
      { node: 'answer' },
    ])
  })

  it('fails at the node with the line, and goes on where that is wanted', async () => {
    await publish(
      'faulty',
      definition([
        node('bad', 'javascript', { code: 'console.log("here")\nmissing()' }, { onError: 'continue' }),
        node('slow', 'javascript', { code: 'for (;;);', timeoutMs: 100 }, { onError: 'continue' }),
        node('late', 'javascript', { code: 'for (;;);' }, { timeoutMs: 100, onError: 'continue' }),
        node('answer', 'response', {
          body: '{{[$nodes.bad.error.message, $nodes.slow.error.code, $nodes.late.error.code]}}',
        }),
      ]),
    )
    const reply = await test.call('/api/webhooks/faulty', { body: {} })
    expect(reply.body).toEqual([
      expect.stringMatching(/^ReferenceError: .*missing.* \(line 2\)$/),
      'code_timeout',
      'timeout',
    ])
    const [bad] = await nodeRuns(reply.headers.get('ensue-execution-id'))
    expect(bad).toMatchObject({ status: 'failed', log: ['here'], error: { code: 'code_failed' } })
  })

  it('is refused in the transaction of an action', async () => {
    await test.call('/api/collections:create', { body: { name: 'notes', fields: [{ name: 'text', type: 'string' }] } })
    const trigger = {
      type: 'action',
      config: { collection: 'notes', mode: 'global', actions: ['create'], transactional: true },
    }
    const { body } = await call('create', {
      key: 'within',
      title: 'Within',
      definition: definition([node('code', 'javascript', { code: 'return 1' })], trigger),
    })
    expect(body.data.problems).toMatchObject([{ code: 'not_transactional', path: 'nodes.0' }])
  })

  it('takes the permission for code to write, run as a draft, deploy and roll back', async () => {
    await test.call('/api/roles:set', {
      body: { name: 'editor', permissions: { workflows: ['edit', 'deploy', 'run', 'view'] } },
    })
    const editor = await test.signInAs('editor@example.com', ['editor'])
    const builder = await test.signInAs('builder@example.com', ['builder'])
    const plain = definition([node('v', 'calculate', { expression: '$map([1], function($n) { $n })' })])
    const code = definition([
      node(
        'if',
        'condition',
        { expression: 'true' },
        { branches: { yes: [node('c', 'javascript', { code: 'return 1' })] } },
      ),
    ])
    expect((await call('create', { key: 'mine', title: 'Mine', definition: plain }, editor)).status).toBe(200)
    expect((await call('deploy', { key: 'mine' }, editor)).status).toBe(200)

    expect((await call('create', { key: 'other', title: 'Other', definition: code }, editor)).status).toBe(403)
    expect((await call('saveDraft', { key: 'mine', definition: code }, editor)).status).toBe(403)
    expect((await call('debug', { key: 'mine', definition: code }, editor)).status).toBe(403)
    expect((await call('saveDraft', { key: 'mine', definition: code }, builder)).status).toBe(200)
    expect((await call('deploy', { key: 'mine' }, editor)).status).toBe(403)
    expect((await call('duplicate', { key: 'mine' }, editor)).status).toBe(403)
    expect((await call('deploy', { key: 'mine' }, builder)).body.data).toEqual({ version: 2 })
    expect((await call('rollback', { key: 'mine', version: 1 }, editor)).status).toBe(200)
    expect((await call('rollback', { key: 'mine', version: 2 }, editor)).status).toBe(403)
  })
})

describe('an expression that needs the sandbox', () => {
  it('works in configs, conditions, transforms and replies', async () => {
    await publish(
      'rich',
      definition([
        node('doubled', 'set', { values: { qty: '{{ $map($body.items, function($i) { $i.qty * 2 }) }}' } }),
        node('shape', 'transform', {
          source: '{{$body}}',
          expression: 'items^(>qty).{ "name": $uppercase(name), "rank": $pad($string(qty), -3, "0") }',
        }),
        node(
          'is',
          'condition',
          { expression: '$contains($body.note, /urgent/i)' },
          {
            branches: {
              yes: [
                node('answer', 'response', {
                  body: {
                    qty: '{{$vars.qty}}',
                    shape: '{{$nodes.shape}}',
                    numbers: '{{[1..3]}}',
                    note: 'was {{$replace($body.note, /URGENT/, "calm")}}',
                  },
                }),
              ],
            },
          },
        ),
      ]),
    )
    const items = [
      { qty: 1, name: 'a' },
      { qty: 2, name: 'b' },
    ]
    const { body } = await test.call('/api/webhooks/rich', { body: { items, note: 'URGENT!' } })
    expect(body).toEqual({
      qty: [2, 4],
      shape: [
        { name: 'B', rank: '002' },
        { name: 'A', rank: '001' },
      ],
      numbers: [1, 2, 3],
      note: 'was calm!',
    })
  })

  it('works in the reply of an async webhook', async () => {
    const reply = { status: 200, headers: {}, body: { ids: '{{$map($body.items, function($i) { $i.id })}}' } }
    await publish('async', definition([], { type: 'webhook', config: { reply } }, false))
    expect((await test.call('/api/webhooks/async', { body: { items: [{ id: 1 }, { id: 2 }] } })).body).toEqual({
      ids: [1, 2],
    })
  })

  it('fails its node when it does not end, and others are answered meanwhile', async () => {
    await publish(
      'hostile',
      definition([
        node('v', 'calculate', { expression: '($f := function($n) { $f($n) }; $f(1))' }, { timeoutMs: 1_500 }),
      ]),
    )
    const hostile = test.call('/api/webhooks/hostile', { body: {} })
    const started = performance.now()
    for (let i = 0; i < 5; i++)
      expect((await test.call('/api/webhooks/code', { body: { items: [{ qty: 1 }] } })).body).toEqual({ total: 1 })
    expect(performance.now() - started).toBeLessThan(1_500)
    const { status, headers } = await hostile
    expect(status).toBe(500)
    expect(await nodeRuns(headers.get('ensue-execution-id'))).toMatchObject([
      { status: 'failed', error: { code: 'timeout' } },
    ])
  })
})
