import { describe, expect, it } from 'vitest'
import type { Definition, NodeDefinition, NodeRun } from '../api/types.ts'
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

describe('the lines of a run', () => {
  const node = (key: string, branches?: Record<string, NodeDefinition[]>): NodeDefinition => ({
    key,
    type: 'set',
    config: {},
    ...(branches ? { branches } : {}),
  })
  const definition: Definition = {
    sync: false,
    trigger: { type: 'call', config: {} },
    nodes: [node('check', { yes: [node('ask'), node('pay')], no: [] }), node('last')],
    options: {},
  }

  it('reach as far as the run went', () => {
    const waiting = runStates(
      [run('check', 'succeeded', { branch: 'yes' }), run('ask', 'waiting')],
      definition,
      'waiting',
    )
    expect([...waiting.lines]).toEqual(['start', 'fork:check/yes'])
  })

  it('reach the end when the run has succeeded', () => {
    const runs = [run('check', 'succeeded', { branch: 'no' }), run('last', 'succeeded')]
    expect([...runStates(runs, definition, 'succeeded').lines]).toEqual([
      'start',
      'fork:check/no',
      'join:check/no',
      'to:last',
      'end',
    ])
    expect(runStates(runs, definition, 'running').lines.has('end')).toBe(false)
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
