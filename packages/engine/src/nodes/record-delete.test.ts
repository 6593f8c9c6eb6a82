import { expect, test } from 'vitest'
import { createMemoryPorts, runNode } from '../testing/index.ts'
import { recordDeleteNode } from './record-delete.ts'
import { validateConfig } from './validate-config.ts'

function orders() {
  const ports = createMemoryPorts()
  ports.records.seed('orders', [{ status: 'new' }, { status: 'done' }])
  return ports
}

test('deletes one record by id and gives it', async () => {
  const ports = orders()
  expect(await runNode(recordDeleteNode, { collection: 'orders', id: 1 }, ports)).toMatchObject({ output: { id: 1 } })
  expect(ports.records.all('orders')).toHaveLength(1)
})

test('gives null when the record is gone already', async () => {
  expect(await runNode(recordDeleteNode, { collection: 'orders', id: 9 }, orders())).toMatchObject({ output: null })
})

test('deletes all that match a filter', async () => {
  const config = { collection: 'orders', filter: { status: { $in: ['new', 'done'] } } }
  expect(await runNode(recordDeleteNode, config, orders())).toMatchObject({ output: { count: 2 } })
})

test('refuses everything that would touch all records', () => {
  expect(validateConfig(recordDeleteNode, { collection: 'orders' })).toMatchObject([{ path: 'id' }])
  expect(validateConfig(recordDeleteNode, { collection: 'orders', filter: {} })).toMatchObject([{ path: 'filter' }])
})
