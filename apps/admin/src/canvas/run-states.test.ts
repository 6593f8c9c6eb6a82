import { describe, expect, it } from 'vitest'
import type { NodeRun } from '../api/types.ts'
import { conditionText, plain, summaryOf, triggerSummary } from './node-summary.ts'
import { runStates } from './run-states.ts'

const run = (node: string, status: NodeRun['status'], rest: Partial<NodeRun> = {}): NodeRun => ({
  node,
  status,
  path: node,
  type: 'set',
  attempt: 1,
  startedAt: '2026-01-01T00:00:00Z',
  ...rest,
})

describe('runStates', () => {
  it('counts the runs of a node and keeps the most telling state', () => {
    const { nodes } = runStates([run('a', 'succeeded'), run('a', 'failed'), run('a', 'succeeded')])
    expect(nodes.get('a')).toMatchObject({ status: 'failed', count: 3, failed: 1 })
  })

  it('knows the branches that were taken', () => {
    expect(runStates([run('check', 'succeeded', { branch: 'yes' })]).branches).toEqual(new Set(['check/yes']))
  })
})

describe('node summaries', () => {
  it('says conditions in words', () => {
    const amount = { left: '{{$context.data.amount}}', operator: 'gt', right: 500 }
    expect(conditionText({ all: [amount] })).toBe('amount > 500')
    expect(conditionText({ any: [amount, { all: [{ left: '{{$vars.paid}}', operator: 'isTrue' }] }] })).toBe(
      'amount > 500 or (paid is true)',
    )
    expect(conditionText(undefined)).toBe('')
  })

  it('shortens references and keeps other text', () => {
    expect(plain('Review {{ $context.data.title }} now')).toBe('Review title now')
    expect(plain('{{$a + 1}}')).toBe('$a + 1')
  })

  it('sums up nodes and triggers', () => {
    expect(summaryOf({ type: 'record.create', config: { collection: 'payouts' } })).toBe('payouts')
    expect(summaryOf({ type: 'unknown', config: {} })).toBe('')
    expect(triggerSummary({ type: 'action', config: { collection: 'orders', mode: 'local' } })).toBe(
      'orders, when bound',
    )
    expect(triggerSummary({ type: 'event', config: { events: ['a', 'b'] } })).toBe('a, b')
  })
})
