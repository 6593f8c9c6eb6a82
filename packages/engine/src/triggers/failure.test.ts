import { expect, test } from 'vitest'
import { type ActiveTrigger, matchTriggers } from '../match-triggers.ts'
import { failureTrigger } from './failure.ts'

const triggers: ActiveTrigger[] = [
  { workflowKey: 'chosen', type: 'failure', config: { workflows: 'orders, invoices' } },
  { workflowKey: 'any', type: 'failure', config: {} },
  { workflowKey: 'empty', type: 'failure', config: { workflows: [] } },
]
const started = (subject: string) =>
  matchTriggers(triggers, { type: 'failure', subject, facts: {} }).map(({ workflowKey }) => workflowKey)

test('hears of the chosen workflows, or of all', () => {
  expect(started('orders')).toEqual(['chosen', 'any', 'empty'])
  expect(started('others')).toEqual(['any', 'empty'])
})

test.each([{ workflows: 7 }, { workflows: [''] }, { more: true }])('refuses %j', (config) => {
  expect(failureTrigger.config.safeParse(config).success).toBe(false)
})
