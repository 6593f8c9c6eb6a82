import { expect, test } from 'vitest'
import { createMemoryPorts, runNode } from '../testing/index.ts'
import { recordQueryNode } from './record-query.ts'
import { validateConfig } from './validate-config.ts'

function orders() {
  const ports = createMemoryPorts()
  ports.records.seed('orders', [{ amount: 10 }, { amount: 30 }, { amount: 20 }])
  return ports
}

test('gives the first match, or null', async () => {
  const first = { collection: 'orders', sort: '-amount', fields: ['amount'] }
  expect(await runNode(recordQueryNode, first, orders())).toEqual({ kind: 'done', output: { amount: 30 } })
  const none = { collection: 'orders', filter: { amount: { $gt: 100 } } }
  expect(await runNode(recordQueryNode, none, orders())).toEqual({ kind: 'done', output: null })
})

test('gives a list, page by page', async () => {
  const many = { collection: 'orders', many: true, sort: ['amount'], limit: 2 }
  expect(await runNode(recordQueryNode, many, orders())).toMatchObject({ output: [{ amount: 10 }, { amount: 20 }] })
  expect(await runNode(recordQueryNode, { ...many, page: 2 }, orders())).toMatchObject({ output: [{ amount: 30 }] })
})

test('fails when nothing matches and that is asked for', async () => {
  const config = { collection: 'orders', filter: { id: 9 }, failIfEmpty: true }
  await expect(runNode(recordQueryNode, config, orders())).rejects.toMatchObject({ code: 'record_not_found' })
})

test('refuses a limit out of bounds', () => {
  expect(validateConfig(recordQueryNode, { collection: 'orders', limit: 5_000 })).toMatchObject([{ path: 'limit' }])
})
