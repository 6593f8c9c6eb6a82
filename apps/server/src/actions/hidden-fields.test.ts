import { expect, it } from 'vitest'
import { SHOP } from '../testing/shop-registry.ts'
import { withoutHidden } from './hidden-fields.ts'

it('values lose what is hidden, also where they are nested, and keep all else as it was sent', () => {
  const sent = [
    {
      title: 'a',
      margin: 0.4,
      customer: { name: 'Ada', pin: '1234', city: { name: 'Turin' } },
      tags: [1, { label: 'x' }],
      unknown: true,
    },
    'not values at all',
  ]
  expect(withoutHidden(SHOP, 'orders', sent)).toEqual([
    { title: 'a', customer: { name: 'Ada', city: { name: 'Turin' } }, tags: [1, { label: 'x' }], unknown: true },
    'not values at all',
  ])
  expect(sent[0]).toHaveProperty('margin')
})

it('values of a collection that is not there are not told at all', () => {
  expect(withoutHidden(SHOP, 'gone', { title: 'a' })).toBeNull()
})
