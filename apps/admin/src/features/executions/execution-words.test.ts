import { describe, expect, it } from 'vitest'
import type { ExecutionSummary, NodeRun } from '../../api/types.ts'
import { fromOf, isRetryOf, reasonInWords, startPoints, whyNoNodeRuns } from './execution-words.ts'

const run = (path: string, status: NodeRun['status']): NodeRun => ({
  path,
  node: path,
  type: 'set',
  status,
  attempt: 1,
  startedAt: '2026-01-01T00:00:00Z',
})
const execution = (facts: Partial<ExecutionSummary>): ExecutionSummary => ({
  id: 'a',
  workflow: 'w',
  workflowTitle: 'W',
  version: 1,
  status: 'succeeded',
  queuedAt: '2026-01-01T00:00:00Z',
  ...facts,
})

describe('startPoints', () => {
  const titleOf = ({ path }: NodeRun) => path.toUpperCase()

  it('offers the failed node first, then the beginning and the others', () => {
    const points = startPoints([run('a', 'succeeded'), run('b', 'succeeded'), run('c', 'failed')], titleOf)
    expect(points.map(({ label }) => label)).toEqual(['At the node that failed: C', 'At the beginning', 'At B', 'At C'])
    expect(points.map(({ value }) => fromOf(value))).toEqual([undefined, 'a', 'b', 'c'])
  })

  it('offers the beginning alone when no node has run', () => {
    expect(startPoints([], titleOf).map(({ value }) => fromOf(value))).toEqual([undefined])
  })

  it('names the first node when node runs were not kept: all of it is done again', () => {
    expect(startPoints([], titleOf, 'a').map(({ value }) => fromOf(value))).toEqual(['a'])
  })
})

describe('whyNoNodeRuns', () => {
  it('tells what did not run from what was not kept', () => {
    expect(whyNoNodeRuns({ nodeRunsKept: true, finishedAt: null })).toBe('No node has run yet.')
    expect(whyNoNodeRuns({ nodeRunsKept: true, finishedAt: '2026-01-01T00:00:00Z' })).toBe('No node has run.')
    expect(whyNoNodeRuns({ nodeRunsKept: false, finishedAt: '2026-01-01T00:00:00Z' })).toContain('were not kept')
  })
})

describe('isRetryOf', () => {
  it('tells a retry from what was started by its depth', () => {
    const cause = execution({ id: 'cause', depth: 2 })
    expect(isRetryOf(execution({ parentId: 'cause', depth: 2 }), cause)).toBe(true)
    expect(isRetryOf(execution({ parentId: 'cause', depth: 3 }), cause)).toBe(false)
  })
})

describe('reasonInWords', () => {
  it('says the message of the error, else the reason in words', () => {
    expect(reasonInWords({ error: { code: 'x', message: 'It broke.' }, reason: 'crashed' })).toBe('It broke.')
    expect(reasonInWords({ reason: 'chain_too_deep' })).toBe('The chain that led here is too long.')
    expect(reasonInWords({ reason: 'not_known' })).toBe('not known')
    expect(reasonInWords({})).toBeUndefined()
  })
})
