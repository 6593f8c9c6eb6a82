import { expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { setNode } from './set.ts'
import { validateConfig } from './validate-config.ts'

test('sets variables of any type', async () => {
  const values = { total: 3, 金额: [1], nothing: null }
  expect(await runNode(setNode, { values })).toEqual({ kind: 'setVars', vars: values, output: values })
})

test('refuses names that an expression could not read', () => {
  expect(validateConfig(setNode, { values: { 'a b': 1 } })).toMatchObject([{ path: 'values.a b' }])
  expect(validateConfig(setNode, {})).toEqual([
    { path: 'values', code: 'invalid_config', message: '"values" is required.' },
  ])
})
