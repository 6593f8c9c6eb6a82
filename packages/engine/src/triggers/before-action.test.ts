import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { beforeActionTrigger } from './before-action.ts'

const matches = (config: object, facts: { action: string; named: boolean }) =>
  beforeActionTrigger.matches?.(beforeActionTrigger.config.parse({ collection: 'orders', ...config }), {
    type: 'beforeAction',
    subject: 'orders',
    facts,
  })

test('intercepts every create and update by default', () => {
  expect(matches({}, { action: 'update', named: false })).toBe(true)
  expect(matches({}, { action: 'destroy', named: false })).toBe(false)
})

test('is local only where a call names it', () => {
  expect(matches({ mode: 'local' }, { action: 'destroy', named: true })).toBe(true)
  expect(matches({ mode: 'local' }, { action: 'create', named: false })).toBe(false)
})

test.each([
  [{}, 'collection'],
  [{ collection: 'a', actions: ['list'] }, 'actions.0'],
  [{ collection: 'a', actions: [] }, 'actions'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(beforeActionTrigger, config)).toMatchObject([{ path }])
})
