import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { callTrigger } from './call.ts'

test('types its input', () => {
  expect(callTrigger.variableTypes?.({ input: { type: 'object' } })).toEqual({
    input: { kind: 'schema', schema: { type: 'object' } },
  })
  expect(callTrigger.variableTypes?.({})).toEqual({})
})

test('refuses an input that is no schema', () => {
  expect(validateConfig(callTrigger, { input: 'text' })).toMatchObject([{ path: 'input' }])
})
