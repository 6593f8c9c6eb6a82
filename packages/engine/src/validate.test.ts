import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from './core/json.ts'
import type { ValidationEnv } from './validate/env.ts'
import { validateDefinition } from './validate.ts'

const associations: Record<string, Record<string, string>> = {
  orders: { customer: 'customers' },
  customers: { orders: 'orders' },
}
const fields: Record<string, string[]> = { orders: ['id', 'amount', 'status'], customers: ['id', 'name'] }
const env: ValidationEnv = {
  collection: (name) => fields[name] && { fields: fields[name], association: (path) => associations[name]?.[path] },
  roles: new Set(['supervisor']),
  secrets: new Map([['TOKEN', 'text']]),
  jsonSchemaProblem: ({ type }) => (type === 'text' ? 'There is no type "text".' : undefined),
}

const manual = { type: 'manual', config: {} }
const set = (key: string, value: Json = 1, more: JsonObject = {}) => ({
  key,
  type: 'set',
  config: { values: { a: value } },
  ...more,
})
const end = (key: string, more: JsonObject = {}) => ({ key, type: 'end', config: {}, ...more })
const review = (key: string, more: JsonObject = {}) => ({
  key,
  type: 'review',
  config: { title: 'a', assignees: { roles: ['supervisor'] } },
  ...more,
})
const condition = (key: string, branches: JsonObject, config: JsonObject = {}) => ({
  key,
  type: 'condition',
  config: { expression: '$context.data.amount > 500', ...config },
  branches,
})
const query = (config: JsonObject) => ({ key: 'q', type: 'record.query', config: { collection: 'orders', ...config } })
const http = { key: 'call', type: 'http', config: { url: 'https://a.b' } }

function check(nodes: Json, more: JsonObject = {}) {
  return validateDefinition({ trigger: manual, nodes, ...more }, env).problems.map(
    ({ path, code }) => `${path} ${code}`,
  )
}

test('a definition without problems comes back with its defaults', () => {
  const nodes = [
    condition('large', { yes: [review('ask', { branches: { approve: [set('ok')] } })], no: [end('stop')] }),
    query({ filter: { 'customer.name': { $ne: '{{$nodes.ask.by}}' } }, sort: ['-amount'], appends: ['customer'] }),
    set('sum', '{{$nodes.q.amount + $nodes.ok.a}}'),
  ]
  const { definition, problems } = validateDefinition({ trigger: manual, nodes }, env)
  expect(problems).toEqual([])
  expect(definition).toMatchObject({ sync: false, options: {} })
})

describe('the shape', () => {
  test.each<[string, Json, string[]]>([
    ['no object', 'text', [' invalid_shape']],
    ['no trigger', { nodes: [] }, ['trigger invalid_shape']],
    ['an unknown member', { trigger: manual, edges: [] }, ['edges invalid_shape']],
    ['nodes that are no list', { trigger: manual, nodes: {} }, ['nodes invalid_shape']],
    ['a node without a type', { trigger: manual, nodes: [{ key: 'a' }] }, ['nodes.0.type invalid_shape']],
    [
      'text that can not be stored',
      { trigger: manual, nodes: [set('a', '\u0000')] },
      ['nodes.0.config.values.a invalid_shape'],
    ],
    [
      'a bad key, with what else is wrong',
      { trigger: manual, nodes: [set('a b'), { key: 'c', type: 'moon' }] },
      ['nodes.0.key invalid_shape', 'nodes.1.type unknown_node_type'],
    ],
  ])('%s', (_, input, expected) => {
    expect(validateDefinition(input, env).problems.map(({ path, code }) => `${path} ${code}`)).toEqual(expected)
  })

  test('nesting without end', () => {
    let nodes: Json = []
    for (let depth = 0; depth < 5_000; depth++)
      nodes = [{ key: `k${depth}`, type: 'condition', branches: { yes: nodes } }]
    expect(validateDefinition({ trigger: manual, nodes }, env).problems).toMatchObject([{ code: 'invalid_shape' }])
  })

  test('too many nodes', () => {
    expect(check(Array.from({ length: 1_001 }, (_, index) => set(`k${index}`)))).toEqual(['nodes too_many_nodes'])
    expect(check(Array.from({ length: 1_000 }, (_, index) => set(`k${index}`)))).toEqual([])
  })
})

describe('nodes', () => {
  test.each<[string, Json, string[]]>([
    ['an unknown type', [{ key: 'a', type: 'moon' }], ['nodes.0.type unknown_node_type']],
    ['a key twice', [set('a'), condition('b', { no: [set('a')] })], ['nodes.1.branches.no.0.key duplicate_key']],
    ['a bad config', [set('a', 1, { config: {} })], ['nodes.0.config.values invalid_config']],
    ['a check of the whole config', [{ key: 'a', type: 'delay' }], ['nodes.0.config.durationMs invalid_config']],
    ['an unknown branch', [condition('a', { perhaps: [] })], ['nodes.0.branches.perhaps unknown_branch']],
    [
      'a branch of a node without branches',
      [set('a', 1, { branches: { yes: [] } })],
      ['nodes.0.branches.yes unknown_branch'],
    ],
    ['a syntax error', [set('a', '{{ 1 + }}')], ['nodes.0.config.values.a invalid_expression']],
    ['an open expression', [set('a', '{{ 1')], ['nodes.0.config.values.a invalid_expression']],
    [
      'a syntax error in a bare expression',
      [condition('a', {}, { expression: '1 +' })],
      ['nodes.0.config.expression invalid_expression'],
    ],
    ['a half-done disabled node', [set('a', '{{', { config: {}, disabled: true })], []],
    ['a message that nobody reads', [{ key: 'a', type: 'message', config: { text: 'hi' } }], []],
  ])('%s', (_, nodes, expected) => {
    expect(check(nodes)).toEqual(expected)
  })
})

describe('references', () => {
  test.each<[string, Json, string[]]>([
    ['to no node', [set('a', '{{$nodes.b.x}}')], ['nodes.0.config.values.a unknown_reference']],
    ['to a later node', [set('a', '{{$nodes.b.x}}'), set('b')], ['nodes.0.config.values.a reference_not_before']],
    ['to the node itself', [set('a', '{{$nodes.a}}')], ['nodes.0.config.values.a reference_not_before']],
    [
      'to another branch',
      [condition('a', { yes: [set('b')], no: [set('c', '{{$nodes.b.x}}')] })],
      ['nodes.0.branches.no.0.config.values.a reference_not_before'],
    ],
    ['to the node around', [condition('a', { yes: [set('b', '{{$nodes.a}}')] })], []],
    ['into a branch before', [condition('a', { yes: [set('b')] }), set('c', '{{$jobsMapByNodeKey.b.x}}')], []],
    [
      'to a loop that is not around',
      [set('a'), set('b', '{{$scopes.a.item}}')],
      ['nodes.1.config.values.a reference_not_before'],
    ],
    ['to a secret where none may be', [set('a', '{{$secrets.TOKEN}}')], ['nodes.0.config.values.a secret_not_allowed']],
    [
      'to an unknown secret',
      [{ ...http, config: { url: 'https://a.b', headers: { A: '{{$secrets.X}}' } } }],
      ['nodes.0.config.headers.A unknown_secret'],
    ],
  ])('%s', (_, nodes, expected) => {
    expect(check(nodes)).toEqual(expected)
  })
})

describe('names', () => {
  test.each<[string, JsonObject, string[]]>([
    [
      'a collection',
      { key: 'q', type: 'record.query', config: { collection: 'moons' } },
      ['nodes.0.config.collection unknown_collection'],
    ],
    [
      'a field of a filter',
      query({ filter: { $or: [{ colour: 1 }] } }),
      ['nodes.0.config.filter.$or.0.colour unknown_field'],
    ],
    [
      'a field of an association',
      query({ filter: { 'customer.age': 1 } }),
      ['nodes.0.config.filter.customer.age unknown_field'],
    ],
    [
      'a field of a nested filter',
      query({ filter: { customer: { age: 1 } } }),
      ['nodes.0.config.filter.customer.age unknown_field'],
    ],
    [
      'an association of a path',
      query({ filter: { 'owner.name': 1 } }),
      ['nodes.0.config.filter.owner.name unknown_field'],
    ],
    [
      'an operator',
      query({ filter: { amount: { $resembles: 1 } } }),
      ['nodes.0.config.filter.amount.$resembles unknown_operator'],
    ],
    ['a combination', query({ filter: { $nor: [] } }), ['nodes.0.config.filter.$nor unknown_operator']],
    ['a sort', query({ sort: '-amount,colour' }), ['nodes.0.config.sort unknown_field']],
    ['a field', query({ fields: ['colour'] }), ['nodes.0.config.fields unknown_field']],
    ['an append', query({ appends: ['customer.name', 'owner'] }), ['nodes.0.config.appends unknown_association']],
    ['a field as an append', query({ appends: ['amount'] }), ['nodes.0.config.appends unknown_association']],
    [
      'a value',
      { key: 'c', type: 'record.create', config: { collection: 'orders', values: { colour: 1, customer: {} } } },
      ['nodes.0.config.values.colour unknown_field'],
    ],
    [
      'a value of a list',
      { key: 'c', type: 'record.create', config: { collection: 'orders', records: [{}, { colour: 1 }] } },
      ['nodes.0.config.records.1.colour unknown_field'],
    ],
    [
      'a role',
      review('r', { config: { title: 'a', assignees: { roles: ['king'] } } }),
      ['nodes.0.config.assignees.roles unknown_role'],
    ],
    ['nothing where an expression stands', query({ collection: '{{$vars.c}}', filter: '{{$body}}' }), []],
  ])('%s', (_, node, expected) => {
    expect(check([node])).toEqual(expected)
  })
})

describe('the flow', () => {
  test.each<[string, Json, string[]]>([
    ['a node after the end', [end('a'), set('b'), set('c')], ['nodes.1 unreachable', 'nodes.2 unreachable']],
    ['in a branch', [condition('a', { yes: [end('b'), set('c')] })], ['nodes.0.branches.yes.1 unreachable']],
    [
      'after branches that all end',
      [condition('a', { yes: [end('b')], no: [end('c')] }), set('d')],
      ['nodes.1 unreachable'],
    ],
    [
      'after a condition that ends when false',
      [condition('a', { yes: [end('b')] }, { onFalse: 'end' }), set('d')],
      ['nodes.1 unreachable'],
    ],
    ['after one branch that ends', [condition('a', { yes: [end('b')] }), set('d')], []],
    ['after a disabled end', [end('a', { disabled: true }), set('b')], []],
    [
      'after a review of which expiry goes on',
      [
        review('a', {
          config: { title: 'a', assignees: { roles: ['supervisor'] }, dueInMs: 5_000 },
          branches: { approve: [end('b')], reject: [end('c')] },
        }),
        set('d'),
      ],
      [],
    ],
  ])('%s', (_, nodes, expected) => {
    expect(check(nodes)).toEqual(expected)
  })
})

describe('the trigger', () => {
  const response = { key: 'r', type: 'response', config: {} }
  const webhook = { type: 'webhook', config: {} }
  const action = (config: JsonObject) => ({ type: 'action', config: { collection: 'orders', ...config } })

  test.each<[string, JsonObject, Json, string[]]>([
    ['an unknown type', { trigger: { type: 'moon' } }, [], ['trigger.type unknown_trigger_type']],
    ['a bad config', { trigger: { type: 'event', config: {} } }, [], ['trigger.config.events invalid_config']],
    [
      'an unknown collection',
      { trigger: action({ collection: 'moons' }) },
      [],
      ['trigger.config.collection unknown_collection'],
    ],
    [
      'an unknown field',
      { trigger: action({ condition: { colour: 1 }, changed: ['shape'] }) },
      [],
      ['trigger.config.condition.colour unknown_field', 'trigger.config.changed unknown_field'],
    ],
    [
      'an event that is sync',
      { sync: true, trigger: { type: 'event', config: { events: ['a'] } } },
      [],
      ['sync sync_not_supported'],
    ],
    [
      'a reply that reads a node',
      { trigger: { type: 'webhook', config: { reply: { body: '{{$nodes.a}}' } } } },
      [set('a')],
      ['trigger.config.reply.body unknown_reference'],
    ],
    [
      'a wait in a sync workflow',
      { sync: true },
      [condition('c', { yes: [review('r')] })],
      ['nodes.0.branches.yes.0 waits_in_sync'],
    ],
    ['a response of a sync webhook', { sync: true, trigger: webhook }, [response], []],
    ['a response of an async webhook', { trigger: webhook }, [response], ['nodes.0 response_outside_webhook']],
    ['a response of another trigger', { sync: true }, [response], ['nodes.0 response_outside_webhook']],
    [
      'a transaction that is not sync',
      { trigger: action({ transactional: true }) },
      [],
      ['trigger.config.transactional transactional_not_sync'],
    ],
    [
      'a transaction with what leaves the database or waits',
      { sync: true, trigger: action({ transactional: true }) },
      [http, review('r')],
      ['nodes.0 not_transactional', 'nodes.1 waits_in_sync'],
    ],
    [
      'a transaction that would stay open between attempts',
      { sync: true, trigger: action({ transactional: true }) },
      [
        { ...set('a'), retry: { maxAttempts: 3 } },
        { ...set('b'), retry: { maxAttempts: 3, delayMs: 100 } },
      ],
      ['nodes.0.retry not_transactional'],
    ],
    [
      'a JSON Schema that can’t be used',
      { trigger: { type: 'webhook', config: { schema: { type: 'text' } } } },
      [],
      ['trigger.config.schema invalid_config'],
    ],
    ['a label with a syntax error', { options: { label: '{{ 1 + }}' } }, [], ['options.label invalid_expression']],
  ])('%s', (_, more, nodes, expected) => {
    expect(check(nodes, more)).toEqual(expected)
  })

  test('limits of the queue, in which no sync workflow stands', () => {
    const options = { concurrency: 1, rateLimit: { max: 5, perMs: 1_000 } }
    expect(check([set('a')], { sync: true, options })).toEqual([
      'options.concurrency limit_in_sync',
      'options.rateLimit limit_in_sync',
    ])
    expect(check([set('a')], { options })).toEqual([])
  })

  test('the message names the node that waits', () => {
    const { problems } = validateDefinition({ sync: true, trigger: manual, nodes: [review('ask')] }, env)
    expect(problems[0]).toMatchObject({
      node: 'ask',
      message: '"ask" (Manual review) waits; a sync workflow has to answer at once.',
    })
  })
})
