import { expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { endNode } from './end.ts'
import { validateConfig } from './validate-config.ts'

test('ends as a success by default', async () => {
  expect(await runNode(endNode, {})).toEqual({ kind: 'end', status: 'success' })
})

test('ends as a failure with a message and an output', async () => {
  const config = { status: 'failure', message: 'No stock', output: { sku: 1 } }
  expect(await runNode(endNode, config)).toEqual({ kind: 'end', ...config })
})

test('refuses another status', () => {
  expect(validateConfig(endNode, { status: 'maybe' })).toMatchObject([{ path: 'status' }])
})
