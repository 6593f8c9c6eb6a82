import { describe, expect, test } from 'vitest'
import type { JsonObject } from './core/json.ts'
import { type ActiveTrigger, indexTriggers, matchTriggers } from './match-triggers.ts'

const action = (workflowKey: string, config: JsonObject): ActiveTrigger => ({
  workflowKey,
  type: 'action',
  config: { collection: 'orders', ...config },
})
const event = (workflowKey: string, ...events: string[]): ActiveTrigger => ({
  workflowKey,
  type: 'event',
  config: { events },
})
const on = (subject: string, facts: JsonObject) => ({ type: 'action', subject, facts })
const keys = (found: ActiveTrigger[]) => found.map(({ workflowKey }) => workflowKey)

describe('action triggers', () => {
  const triggers = [
    action('global', { mode: 'global' }),
    action('destroyed', { mode: 'global', actions: ['destroy'] }),
    action('local', { mode: 'local' }),
    action('large', { mode: 'global', condition: { amount: { $gt: 500 } } }),
    action('status', { mode: 'global', changed: ['status'] }),
    action('elsewhere', { mode: 'global', collection: 'payouts' }),
  ]

  test('fire globally on their actions, collection, condition and changed fields', () => {
    const created = on('orders', { action: 'create', data: { amount: 80 } })
    expect(keys(matchTriggers(triggers, created))).toEqual(['global', 'status'])
    const updated = on('orders', { action: 'update', changed: ['amount'], data: { amount: 900 } })
    expect(keys(matchTriggers(triggers, updated))).toEqual(['global', 'large'])
    expect(keys(matchTriggers(triggers, on('orders', { action: 'destroy', data: {} })))).toEqual(['destroyed'])
    expect(matchTriggers(triggers, on('users', { action: 'create' }))).toEqual([])
  })

  test('fire locally only when named, on any action', () => {
    expect(keys(matchTriggers([triggers[2]!], on('orders', { action: 'trigger', named: true })))).toEqual(['local'])
  })
})

test('an event starts each of its listeners once, in their order', () => {
  const index = indexTriggers([
    event('b', 'sku_reorder', 'sku_reorder'),
    event('a', 'paid', 'sku_reorder'),
    event('c', 'paid'),
  ])
  expect(keys(matchTriggers(index, { type: 'event', subject: 'sku_reorder', facts: {} }))).toEqual(['b', 'a'])
})

test('a webhook is found by key and by path', () => {
  const index = indexTriggers([{ workflowKey: 'k', type: 'webhook', config: { path: '/orders/:id' } }])
  const call = (subject: string, method: string) =>
    matchTriggers(index, { type: 'webhook', subject, facts: { method } })
  expect(keys(call('k', 'POST'))).toEqual(['k'])
  expect(keys(call('/orders/:id', 'POST'))).toEqual(['k'])
  expect(call('k', 'GET')).toEqual([])
})

test('triggers that can not fire are told, not lost', () => {
  const { broken } = indexTriggers([event('a'), { workflowKey: 'b', type: 'moon', config: {} }])
  expect(broken.map(({ trigger }) => trigger.workflowKey)).toEqual(['a', 'b'])
})
