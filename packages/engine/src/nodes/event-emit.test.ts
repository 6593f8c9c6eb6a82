import { expect, test } from 'vitest'
import { createMemoryPorts, runNode } from '../testing/index.ts'
import { eventEmitNode } from './event-emit.ts'
import { validateConfig } from './validate-config.ts'

test('emits in the transaction, with the source that makes it idempotent', async () => {
  const ports = createMemoryPorts()
  const outcome = await runNode(eventEmitNode, { name: 'sku_reorder', params: { sku: 7 }, orderingKey: 7 }, ports)
  expect(outcome).toEqual({ kind: 'done', output: { id: 'event-1', executionIds: [] } })
  expect(ports.emitted).toEqual([
    {
      name: 'sku_reorder',
      params: { sku: 7 },
      source: { executionId: 'e1', path: 'node', depth: 0, debug: false },
      orderingKey: '7',
    },
  ])
})

test('fails outside a transaction', async () => {
  await expect(runNode(eventEmitNode, { name: 'a' }, createMemoryPorts(), { tx: undefined })).rejects.toThrow(
    'transaction',
  )
})

test.each([[''], ['two words'], ['system.user.signedIn'], [undefined]])('refuses the name %j', (name) => {
  expect(validateConfig(eventEmitNode, name === undefined ? {} : { name })).toMatchObject([{ path: 'name' }])
})
