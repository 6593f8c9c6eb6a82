import type { JsonObject } from '@ensue/engine/core'
import { expect, it } from 'vitest'
import { appendsAlong, recordsAt } from './load-records.ts'

it('what is loaded along a path is the path, and what is wanted of its end', () => {
  expect(appendsAlong({ path: 'customer', target: 'customers' }, ['city', 'orders.tags'])).toEqual([
    'customer',
    'customer.city',
    'customer.orders.tags',
  ])
})

it('the records at the end of a path come once each, in order, whatever lies empty on the way', () => {
  const [turin, rome] = [
    { id: 1, name: 'Turin' },
    { id: 2, name: 'Rome' },
  ]
  const orders: JsonObject[] = [
    { id: 1, customer: { id: 7, cities: [turin, rome] } },
    { id: 2, customer: null },
    { id: 3, customer: { id: 8, cities: [rome] } },
    { id: 4 },
  ]
  expect(recordsAt(orders, { path: 'customer.cities', target: 'cities' })).toEqual([turin, rome])
  expect(recordsAt(orders, { path: 'customer', target: 'customers' }).map(({ id }) => id)).toEqual([7, 8])
  expect(recordsAt([], { path: 'customer', target: 'customers' })).toEqual([])
})
