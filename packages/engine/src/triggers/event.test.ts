import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { eventTrigger } from './event.ts'

test('listens to events by name, also to those of the system', () => {
  const config = eventTrigger.config.parse({ events: ['sku_reorder', 'system.execution.failed'] })
  expect(eventTrigger.subjects(config, 'k')).toEqual(['sku_reorder', 'system.execution.failed'])
})

test('refuses to listen to nothing', () => {
  expect(validateConfig(eventTrigger, { events: [] })).toMatchObject([{ path: 'events' }])
  expect(validateConfig(eventTrigger, {})).toMatchObject([{ path: 'events' }])
})
