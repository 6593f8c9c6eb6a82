import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { actionTrigger } from './action.ts'

test('listens to create and update by default', () => {
  expect(actionTrigger.config.parse({ collection: 'orders' })).toEqual({
    collection: 'orders',
    mode: 'local',
    actions: ['create', 'update'],
    batch: 'each',
  })
})

test('types its variables by collection and batch', () => {
  const config = actionTrigger.config.parse({ collection: 'orders', appends: 'customer', batch: 'list' })
  expect(actionTrigger.variableTypes?.(config).data).toEqual({
    kind: 'records',
    collection: 'orders',
    appends: ['customer'],
  })
})

test.each([
  [{}, 'collection'],
  [{ collection: 'a', mode: 'both' }, 'mode'],
  [{ collection: 'a', actions: [] }, 'actions'],
  [{ collection: 'a', actions: ['explode'] }, 'actions.0'],
  [{ collection: 'a', condition: { amount: '{{$user.limit}}' } }, 'condition'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(actionTrigger, config)).toMatchObject([{ path }])
})
