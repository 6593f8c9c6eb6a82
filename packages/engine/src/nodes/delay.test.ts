import { expect, test } from 'vitest'
import { createNodeContext, runNode } from '../testing/index.ts'
import { delayNode } from './delay.ts'
import { validateConfig } from './validate-config.ts'

test('waits for a duration, then goes on', async () => {
  expect(await runNode(delayNode, { durationMs: 5_000 })).toEqual({
    kind: 'wait',
    for: { kind: 'timer', durationMs: 5_000 },
  })
  const resolution = { path: 'node', kind: 'fired', value: null } as const
  expect(delayNode.resume?.({ durationMs: 5_000 }, resolution, createNodeContext())).toEqual({ kind: 'done' })
})

test('waits until a time of any zone', async () => {
  expect(await runNode(delayNode, { until: '2030-01-31T09:00:00+01:00' })).toEqual({
    kind: 'wait',
    for: { kind: 'timer', untilAt: '2030-01-31T08:00:00.000Z' },
  })
})

test('refuses neither, both, and what is no time', () => {
  expect(validateConfig(delayNode, {})).toMatchObject([{ path: 'durationMs' }])
  expect(validateConfig(delayNode, { durationMs: '{{$vars.a}}', until: '{{$vars.b}}' })).toMatchObject([
    { path: 'durationMs' },
  ])
  expect(validateConfig(delayNode, { until: 'tomorrow' })).toMatchObject([{ path: 'until' }])
  expect(validateConfig(delayNode, { durationMs: -1 })).toMatchObject([{ path: 'durationMs' }])
})
