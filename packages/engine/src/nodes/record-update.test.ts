import { expect, test } from 'vitest'
import { createMemoryPorts, runNode } from '../testing/index.ts'
import { recordUpdateNode } from './record-update.ts'
import { validateConfig } from './validate-config.ts'

function orders() {
  const ports = createMemoryPorts()
  ports.records.seed('orders', [{ status: 'new' }, { status: 'new' }, { status: 'done' }])
  return ports
}

test('updates one record by id', async () => {
  const config = { collection: 'orders', id: '2', values: { status: 'paid' } }
  expect(await runNode(recordUpdateNode, config, orders())).toEqual({ kind: 'done', output: { id: 2, status: 'paid' } })
})

test('updates all that match a filter', async () => {
  const config = { collection: 'orders', filter: { status: 'new' }, values: { status: 'paid' } }
  expect(await runNode(recordUpdateNode, config, orders())).toMatchObject({
    output: { count: 2, records: [{ id: 1 }, { id: 2 }] },
  })
})

test('fails when the record is gone', async () => {
  await expect(runNode(recordUpdateNode, { collection: 'orders', id: 9, values: {} }, orders())).rejects.toMatchObject({
    code: 'record_not_found',
  })
})

test('refuses everything that would touch all records', async () => {
  const config = { collection: 'orders', values: {} }
  expect(validateConfig(recordUpdateNode, config)).toMatchObject([{ path: 'id' }])
  expect(validateConfig(recordUpdateNode, { ...config, filter: {} })).toMatchObject([{ path: 'filter' }])
  expect(validateConfig(recordUpdateNode, { ...config, id: 1, filter: { a: 1 } })).toMatchObject([{ path: 'id' }])
  for (const id of [null, '', []])
    await expect(runNode(recordUpdateNode, { ...config, id }, orders())).rejects.toThrow()
})
