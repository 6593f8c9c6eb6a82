import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { collectionTrigger } from './collection.ts'

const fires = (config: object, facts: Record<string, string | string[] | { amount: number }>) =>
  collectionTrigger.matches?.(collectionTrigger.config.parse({ collection: 'orders', ...config }), {
    type: 'collection',
    subject: 'orders',
    facts,
  })

test('listens to every change by default', () => {
  expect(collectionTrigger.config.parse({ collection: 'orders' }).on).toEqual(['create', 'update', 'destroy'])
})

test('fires on its events only', () => {
  expect(fires({ on: 'create' }, { event: 'create' })).toBe(true)
  expect(fires({ on: 'create' }, { event: 'destroy' })).toBe(false)
})

test('asks for changed fields on update only', () => {
  expect(fires({ changed: 'status' }, { event: 'update', changed: ['status', 'note'] })).toBe(true)
  expect(fires({ changed: 'status' }, { event: 'update', changed: ['note'] })).toBe(false)
  expect(fires({ changed: 'status' }, { event: 'create', changed: [] })).toBe(true)
})

test('fires when the record meets the condition', () => {
  const condition = { amount: { $gt: 10 } }
  expect(fires({ condition }, { event: 'create', data: { amount: 11 } })).toBe(true)
  expect(fires({ condition }, { event: 'create', data: { amount: 10 } })).toBe(false)
})

test.each([
  [{}, 'collection'],
  [{ collection: 'a', on: [] }, 'on'],
  [{ collection: 'a', on: ['read'] }, 'on.0'],
  [{ collection: 'a', condition: { amount: '{{$user.limit}}' } }, 'condition'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(collectionTrigger, config)).toMatchObject([{ path }])
})
