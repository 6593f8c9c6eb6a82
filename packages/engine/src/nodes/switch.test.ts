import { describe, expect, test } from 'vitest'
import type { Json } from '../core/json.ts'
import { runNode } from '../testing/index.ts'
import { switchNode } from './switch.ts'
import { validateConfig } from './validate-config.ts'

describe('switch', () => {
  const cases: Json[] = [
    { name: 'large', expression: false },
    { name: 'medium', conditions: { any: [{ left: 'a', operator: 'equals', right: 'a' }] } },
    { name: 'small', expression: true },
  ]

  test('takes the first case that holds', async () => {
    expect(await runNode(switchNode, { cases })).toEqual({ kind: 'done', branch: 'medium', output: 'medium' })
  })

  test('takes otherwise when none holds', async () => {
    expect(await runNode(switchNode, { cases: cases.slice(0, 1) })).toMatchObject({ branch: 'otherwise' })
  })

  test('names its branches after the cases', () => {
    expect(switchNode.branches?.({ cases }).map(({ name }) => name)).toEqual(['large', 'medium', 'small', 'otherwise'])
  })

  test('refuses equal names, the reserved name and cases without a test', () => {
    const twice = {
      cases: [
        { name: 'a', expression: '1' },
        { name: 'a', expression: '2' },
      ],
    }
    expect(validateConfig(switchNode, twice)).toMatchObject([{ path: 'cases' }])
    expect(validateConfig(switchNode, { cases: [{ name: 'otherwise', expression: '1' }] })).toMatchObject([
      { path: 'cases.0.name' },
    ])
    expect(validateConfig(switchNode, { cases: [{ name: 'a' }] })).toMatchObject([{ path: 'cases.0.conditions' }])
  })
})
