import { expect, test } from 'vitest'
import { createMemoryPorts, runNode } from '../testing/index.ts'
import { recordCreateNode } from './record-create.ts'
import { validateConfig } from './validate-config.ts'

test('creates one record', async () => {
  const ports = createMemoryPorts()
  const outcome = await runNode(recordCreateNode, { collection: 'payouts', values: { amount: 80 } }, ports)
  expect(outcome).toEqual({ kind: 'done', output: { id: 1, amount: 80 } })
  expect(ports.records.all('payouts')).toEqual([{ id: 1, amount: 80 }])
})

test('creates a list of records, also an empty one', async () => {
  const config = { collection: 'payouts', records: [{ amount: 1 }, { amount: 2 }] }
  expect(await runNode(recordCreateNode, config)).toMatchObject({ output: [{ amount: 1 }, { amount: 2 }] })
  expect(await runNode(recordCreateNode, { collection: 'payouts', records: [] })).toEqual({ kind: 'done', output: [] })
})

test('fails with the error of the collection and writes nothing', async () => {
  const ports = createMemoryPorts()
  const records = [{ id: 1 }, { id: 1 }]
  await expect(runNode(recordCreateNode, { collection: 'payouts', records }, ports)).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(ports.records.all('payouts')).toEqual([])
})

test('refuses neither, both, and no collection', () => {
  expect(validateConfig(recordCreateNode, { collection: 'a' })).toMatchObject([{ path: 'values' }])
  expect(validateConfig(recordCreateNode, { collection: 'a', values: {}, records: [] })).toMatchObject([
    { path: 'values' },
  ])
  expect(validateConfig(recordCreateNode, { values: {} })).toMatchObject([{ path: 'collection' }])
  expect(validateConfig(recordCreateNode, { collection: 'a', values: '{{$body}}' })).toEqual([])
})
