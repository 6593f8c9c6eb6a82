import { describe, expect, it } from 'vitest'
import { SHOP } from '../testing/shop-registry.ts'
import { associationsOfFilter, findAssociationPath, followPath } from './association-path.ts'

describe('a path of associations', () => {
  it.each([
    ['customer', 'customers'],
    ['customer.city', 'cities'],
    ['tags', 'tags'],
  ])('%s leads to %s', (path, target) => {
    expect(findAssociationPath(SHOP, 'orders', path)).toEqual({ path, target })
  })

  it.each(['title', 'customer.name', 'customer.city.mayor', 'constructor', '', 'customer.'])(
    '%j leads nowhere, and the sentence says from where',
    (path) => {
      expect(findAssociationPath(SHOP, 'orders', path)).toBe(`"orders" has no association "${path}".`)
    },
  )

  it('of a collection that is not there leads nowhere', () => {
    expect(followPath(undefined, 'customer')).toBeUndefined()
    expect(findAssociationPath(SHOP, 'gone', 'customer')).toBe('"gone" has no association "customer".')
  })
})

describe('the associations that a filter looks through', () => {
  it.each([
    [{ title: 'x' }, []],
    [{ 'customer.city.name': 'x' }, ['customer', 'customer.city']],
    [{ customer: { city: { name: { $eq: 'x' } } } }, ['customer', 'customer.city']],
    [{ $or: [{ 'tags.label': 'x' }, { $not: { customer: { $exists: true } } }] }, ['tags', 'customer']],
    [{ customer: { $and: [{ 'city.name': 'x' }, { name: 'y' }] } }, ['customer', 'customer.city']],
    [undefined, []],
    [[null, 'text', 1], []],
  ])('of %j are %j', (filter, paths) => {
    expect(associationsOfFilter(SHOP, 'orders', filter)).toEqual(paths)
  })
})
