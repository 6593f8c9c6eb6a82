import { expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { setValuesNode } from './set-values.ts'

test('hands values of any type to the action', async () => {
  const values = { title: 'a', tags: [1, { name: 'new' }], empty: null }
  expect(await runNode(setValuesNode, { values })).toEqual({ kind: 'setValues', values })
})
