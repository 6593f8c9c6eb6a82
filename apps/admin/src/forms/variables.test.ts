import { describe, expect, it } from 'vitest'
import type { Catalog, Collection, Definition, JsonObject, NodeDefinition } from '../api/types.ts'
import { member } from './member-path.ts'
import { chipLabel, firstMatch, flatten, labelsOf, schemaMembers, searchVariables, variablesFor } from './variables.ts'

const base = { summary: '', category: 'data', icon: '', configSchema: {}, traits: {} }
const catalog: Catalog = {
  nodes: [
    { ...base, type: 'record.create', title: 'Create record', outputSchema: { title: 'Record', record: true } },
    { ...base, type: 'set', title: 'Set variables', outputSchema: {} },
    { ...base, type: 'delay', title: 'Delay' },
    { ...base, type: 'subWorkflow', title: 'Sub-workflow', outputSchema: { title: 'What it gave' } },
    {
      ...base,
      type: 'review',
      title: 'Manual review',
      outputSchema: { type: 'object', properties: { decision: { type: 'string' }, values: { type: 'object' } } },
    },
  ],
  triggers: [
    {
      type: 'action',
      title: 'Post-action event',
      summary: '',
      icon: '',
      configSchema: {},
      sync: 'optional',
      variables: { data: 'The record.', user: 'Who acted.' },
    },
  ],
}
const collections: Collection[] = [
  {
    name: 'orders',
    title: null,
    fields: [
      { name: 'amount', type: 'decimal' },
      { name: 'customer', type: 'belongsTo', target: 'customers' },
      { name: 'secret', type: 'string', hidden: true },
    ],
  },
  { name: 'customers', title: null, fields: [{ name: 'e-mail', type: 'email' }] },
]
const node = (key: string, type: string, config = {}, branches?: Record<string, NodeDefinition[]>): NodeDefinition => ({
  key,
  type,
  config,
  ...(branches ? { branches } : {}),
})
const definition: Definition = {
  sync: false,
  trigger: { type: 'action', config: { collection: 'orders', appends: ['customer'] } },
  nodes: [
    node(
      'ask',
      'review',
      { form: { type: 'object', properties: { reason: { type: 'string' } } } },
      {
        approve: [
          node('pay', 'record.create', { collection: 'orders' }),
          node('vars', 'set', { values: { total: 1 } }),
          node('wait', 'delay'),
        ],
      },
    ),
    node('after', 'delay'),
  ],
  options: {},
}
const paths = (key: string) => flatten(variablesFor(definition, key, catalog, collections)).map(({ path }) => path)

describe('variablesFor', () => {
  it('offers the fields of the triggering record, associations when they are loaded, hidden ones never', () => {
    const all = paths('ask')
    expect(all).toContain('$context.data.amount')
    expect(all).toContain('$context.data.customer.`e-mail`')
    expect(all).not.toContain('$context.data.secret')
    expect(all).not.toContain('$nodes.ask.decision')
  })

  it('offers what ran before, with the form of a review and the fields of a record', () => {
    const all = paths('wait')
    expect(all).toContain('$nodes.ask.values.reason')
    expect(all).toContain('$nodes.pay.amount')
    expect(all).toContain('$vars.total')
    expect(all).not.toContain('$nodes.wait')
    expect(paths('pay')).not.toContain('$nodes.pay.amount')
  })

  it('offers what a called workflow declares to give, and its execution where nobody waits for it', () => {
    const call = (config: JsonObject): Definition => ({
      ...definition,
      nodes: [node('call', 'subWorkflow', config), node('next', 'delay')],
    })
    const outputs = { credit: { type: 'object', properties: { score: { type: 'integer', title: 'Score' } } } }
    const offered = (config: JsonObject) =>
      flatten(variablesFor(call(config), 'next', catalog, collections, [], outputs)).filter(({ path }) =>
        path.startsWith('$nodes.call'),
      )
    expect(offered({ workflow: 'credit' })).toMatchObject([
      { path: '$nodes.call.score', label: 'Score', type: 'integer' },
      { path: '$nodes.call' },
    ])
    expect(offered({ workflow: 'credit', wait: false }).map(({ path }) => path)).toEqual([
      '$nodes.call.executionId',
      '$nodes.call',
    ])
    expect(offered({ workflow: 'unknown' }).map(({ path }) => path)).toEqual(['$nodes.call'])
  })

  it('searches by words in labels and paths', () => {
    const found = searchVariables(variablesFor(definition, 'after', catalog, collections), 'trigger amount')
    expect(flatten(found).map(({ path }) => path)).toEqual(['$context.data', '$context.data.amount'])
    expect(firstMatch(found, 'trigger amount')).toBe('$context.data.amount')
  })

  it('names chips by the label of the variable', () => {
    const labels = labelsOf(variablesFor(definition, 'wait', catalog, collections))
    expect(chipLabel('$context.data.amount', labels)).toBe('Amount')
    expect(chipLabel('$nodes.ask.values.reason', labels)).toBe('Manual review · ask › Values › Reason')
    expect(chipLabel('$context.data.other', labels)).toBe('data › other')
  })
})

describe('members', () => {
  it('quotes names that are no identifiers', () => {
    expect(member('$context.data', 'my field')).toBe('$context.data.`my field`')
    expect(member('$context.data', '金额')).toBe('$context.data.金额')
  })

  it('reads unions by their first object', () => {
    const schema = { anyOf: [{ type: 'null' }, { type: 'object', properties: { a: { type: ['string', 'null'] } } }] }
    expect(schemaMembers('$x', schema)).toEqual([{ path: '$x.a', label: 'A', type: 'string' }])
  })
})

it('shows the declared variables of a webhook under the part of the request', () => {
  const webhook = {
    ...catalog,
    triggers: [{ ...catalog.triggers[0]!, type: 'webhook', variables: { data: 'The body.', method: 'The method.' } }],
  }
  const config = { variables: { body: [{ path: 'b.c', alias: 'Amount' }] } }
  const [trigger] = variablesFor({ ...definition, trigger: { type: 'webhook', config } }, 'a', webhook, collections)
  expect(trigger?.variables[0]?.children).toEqual([{ path: '$context.data.b.c', label: 'Amount' }])
  expect(trigger?.variables[1]?.children).toBeUndefined()
})
