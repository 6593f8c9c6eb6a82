import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../core/json.ts'
import { delayNode } from './delay.ts'
import { httpNode } from './http.ts'
import { nodeTypes } from './index.ts'
import { recordCreateNode } from './record-create.ts'
import { recordQueryNode } from './record-query.ts'
import { setNode } from './set.ts'
import { switchNode } from './switch.ts'
import { validateConfig } from './validate-config.ts'

describe('what is saved', () => {
  test.each<[string, Parameters<typeof validateConfig>[0], JsonObject]>([
    ['a number', delayNode, { durationMs: '{{$vars.ms}}' }],
    ['a number inside text', delayNode, { until: '2030-01-{{$vars.day}}' }],
    ['an object', setNode, { values: '{{$body}}' }],
    ['a list', recordCreateNode, { collection: 'a', records: '{{$body.items}}' }],
    ['an item of a list', recordCreateNode, { collection: 'a', records: ['{{$body}}'] }],
    ['a choice', httpNode, { url: '{{$env.URL}}', method: '{{$vars.method}}' }],
    ['a boolean', recordQueryNode, { collection: 'a', many: '{{$vars.many}}' }],
    ['a bare expression', switchNode, { cases: [{ name: 'a', expression: '$vars.n > 1' }] }],
  ])('may hold an expression for %s', (_, type, config) => {
    expect(validateConfig(type, config)).toEqual([])
  })

  test('has its other problems told beside an expression', () => {
    const config = { collection: 'a', many: '{{$vars.many}}', limit: 0, colour: 'red' }
    expect(validateConfig(recordQueryNode, config).map(({ path }) => path)).toEqual(['limit', 'colour'])
  })

  test('is never taken for valid when a member is missing', () => {
    expect(validateConfig(httpNode, {})).toEqual([
      { path: 'url', code: 'invalid_config', message: '"url" is required.' },
    ])
  })
})

test('every type has a name, a sentence and an icon of its own', () => {
  expect(new Set(nodeTypes.map(({ type }) => type)).size).toBe(nodeTypes.length)
  for (const { summary, icon } of nodeTypes) {
    expect(summary).toMatch(/\.$/)
    expect(icon).toMatch(/^[a-z0-9-]+$/)
  }
})
