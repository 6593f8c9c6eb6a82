import { expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { calculateNode } from './calculate.ts'
import { prepareConfig } from './prepare-config.ts'
import { validateConfig } from './validate-config.ts'

test('gives the value of its expression', async () => {
  expect(await runNode(calculateNode, { expression: { total: 7 } })).toEqual({ kind: 'done', output: { total: 7 } })
})

test('takes a bare expression as well as one in braces', () => {
  expect(prepareConfig(calculateNode, { expression: '1 + 1' })).toEqual({ expression: '{{ 1 + 1 }}' })
  expect(prepareConfig(calculateNode, { expression: '{{1 + 1}}' })).toEqual({ expression: '{{1 + 1}}' })
})

test('refuses to be without an expression', () => {
  expect(validateConfig(calculateNode, {})).toMatchObject([{ path: 'expression' }])
})
