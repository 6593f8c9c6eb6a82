import { strict as assert } from 'node:assert'
import type { Client, Execution } from '@ensue/sdk'
import { NEW_ORDER, REORDER, type Story } from './story.ts'

export interface Played {
  /** The runs of the three orders. */
  orders: Execution[]
  /** What the event workflow did for the orders that left less than 50, in their order. */
  reorders: Execution[]
}

/** Sells 5, 8 and 2 of a product of which 60 are left, by three calls of the orders webhook: the second and the third leave less
 *  than 50, and one purchase order comes of it. @throws AssertionError when anything is not as expected */
export async function play(ensue: Client<Story>, url: string): Promise<Played> {
  const product = await ensue.collection('products').create({ name: 'Espresso beans', stock: 60, price: 12.5 })
  const sku = { id: product.data.id }
  const orders: Execution[] = []
  for (const quantity of [5, 8, 2]) {
    const id = await placeOrder(url, { order: crypto.randomUUID(), sku, quantity })
    orders.push(await ensue.executions.wait(id))
  }
  assert.deepEqual(
    orders.map(({ status, nodeRuns }) => [status, nodeRuns.find(({ node }) => node === 'is_low')?.branch]),
    [
      ['succeeded', 'no'],
      ['succeeded', 'yes'],
      ['succeeded', 'yes'],
    ],
  )
  const reorders: Execution[] = []
  for (const order of orders.slice(1)) reorders.push(await reorderOf(ensue, order))
  assert.deepEqual(
    reorders.map(({ status, nodeRuns }) => [status, nodeRuns.find(({ node }) => node === 'none')?.branch]),
    [
      ['succeeded', 'yes'],
      ['succeeded', 'no'],
    ],
  )
  const left = await ensue.collection('products').get(sku.id)
  assert.equal(left?.stock, 45)
  const filter = { productId: sku.id }
  const invoices = await ensue.collection('invoices').list({ filter, sort: ['id'] })
  assert.deepEqual(
    invoices.data.map(({ amount }) => amount),
    [62.5, 100, 25],
  )
  const purchases = await ensue.collection('purchase_orders').list({ filter })
  assert.deepEqual(
    purchases.data.map(({ quantity, status }) => [quantity, status]),
    [[100, 'open']],
  )
  return { orders, reorders }
}

async function placeOrder(url: string, body: object): Promise<string> {
  const reply = await fetch(`${url}/api/webhooks/${NEW_ORDER}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(reply.status, 202)
  return reply.headers.get('ensue-execution-id') ?? ''
}

/** The run that the event of an order has started. */
async function reorderOf(ensue: Client<Story>, order: Execution): Promise<Execution> {
  const emitted = order.nodeRuns.find(({ node }) => node === 'reorder')?.output as { executionIds: string[] }
  assert.equal(emitted.executionIds.length, 1, `the event starts ${REORDER}`)
  return ensue.executions.wait(emitted.executionIds[0]!)
}
