import { expect, test } from 'vitest'
import type { JsonObject } from './core/json.ts'
import { matchesFilter } from './match-filter.ts'

const record = {
  title: 'Train to Bern',
  amount: '900.00',
  count: 3,
  paid: false,
  note: null,
  day: '2030-01-31T09:00:00.000Z',
  labels: ['a', 'b'],
  category: { name: 'travel', owner: { id: 7 } },
  items: [
    { sku: 'x', price: 5 },
    { sku: 'y', price: 50 },
  ],
}

test.each<[JsonObject]>([
  [{}],
  [{ title: 'Train to Bern', count: 3 }],
  [{ amount: { $gt: 500, $lte: 900 } }],
  [{ count: { $between: [1, 3] } }],
  [{ count: { $in: [1, '3'] } }],
  [{ count: { $notIn: [1, 2] } }],
  [{ note: null }],
  [{ note: { $empty: true } }],
  [{ note: { $exists: false } }],
  [{ missing: { $ne: 'a' } }],
  [{ title: { $notEmpty: true } }],
  [{ title: { $includes: 'BERN' } }],
  [{ title: { $startsWith: 'Train' } }],
  [{ title: { $endsWith: 'Bern' } }],
  [{ title: { $like: 'Tr_in%' } }],
  [{ title: { $iLike: '%BERN' } }],
  [{ labels: { $anyOf: ['b', 'c'] } }],
  [{ labels: { $noneOf: ['c'] } }],
  [{ day: { $dateOn: '2030-01-31' } }],
  [{ day: { $dateBefore: '2030-02-01', $dateAfter: '2030-01-30' } }],
  [{ 'category.name': 'travel' }],
  [{ category: { owner: { id: 7 } } }],
  [{ 'items.sku': 'y' }],
  [{ $or: [{ count: 1 }, { count: 3 }] }],
  [{ $and: [{ count: 3 }, { $not: { paid: true } }] }],
  [{ count: { $not: { $eq: 4 } } }],
])('matches %j', (filter) => {
  expect(matchesFilter(record, filter)).toBe(true)
})

test.each<[JsonObject]>([
  [{ count: 4 }],
  [{ amount: { $gt: 900 } }],
  [{ note: { $gt: 1 } }],
  [{ title: { $like: 'train%' } }],
  [{ title: { $like: 'Train.*' } }],
  [{ count: { $resembles: 3 } }],
  [{ $nor: [] }],
  [{ $or: [] }],
  [{ 'category.missing.deep': 'a' }],
  [{ labels: { $noneOf: ['a'] } }],
])('does not match %j', (filter) => {
  expect(matchesFilter(record, filter)).toBe(false)
})
