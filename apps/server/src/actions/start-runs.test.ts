import { expect, it } from 'vitest'
import type { RunReport } from '../executions/runs.ts'
import type { Triggered } from './action.ts'
import { failureMessage, failureOf, toTriggered } from './start-runs.ts'

const report = (more: Partial<RunReport>): RunReport => ({
  executionId: 'e',
  status: 'succeeded',
  messages: [],
  ...more,
})
const failed = (code: string, more: Partial<Triggered> = {}): Triggered => ({
  workflow: 'w',
  executionId: 'e',
  status: 'failed',
  error: { code, message: `It is ${code}.` },
  ...more,
})

it('a run is told with its messages as one text, and without what it does not have', () => {
  expect(toTriggered('w', report({}))).toEqual({ workflow: 'w', executionId: 'e', status: 'succeeded' })
  expect(toTriggered('w', report({ output: null, messages: ['one', 'two'] }))).toEqual({
    workflow: 'w',
    executionId: 'e',
    status: 'succeeded',
    output: null,
    message: 'one\ntwo',
  })
})

it('a failure is told by its message, else by its error, else by its workflow', () => {
  expect(failureMessage(failed('broken', { message: 'Sold out.' }))).toBe('Sold out.')
  expect(failureMessage(failed('broken'))).toBe('It is broken.')
  expect(failureMessage({ workflow: 'w', executionId: null, status: 'canceled' })).toBe('The workflow "w" failed.')
})

it('a call that fails with its workflows is the caller’s fault only when every one of them has refused', () => {
  const refused = failed('ended_in_failure')
  const fine: Triggered = { workflow: 'w', executionId: 'e', status: 'succeeded' }
  expect(failureOf([fine], {})).toBeUndefined()
  expect(failureOf([fine, { ...fine, status: 'running' }, { ...fine, status: 'skipped' }], {})).toBeUndefined()
  expect(failureOf([fine, refused], {})).toMatchObject({ code: 'invalid_input', message: 'It is ended_in_failure.' })
  const both = failureOf([refused, failed('timeout')], { data: 1 })
  expect(both).toMatchObject({ code: 'internal', details: { data: 1 } })
  expect(both?.items).toHaveLength(2)
  expect(failureOf([{ ...fine, status: 'canceled' }], {})).toMatchObject({ code: 'internal' })
})
