import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { manualTrigger } from './manual.ts'

test('starts on nothing by default and is addressed by the key of its workflow', () => {
  const config = manualTrigger.config.parse({})
  expect(config).toEqual({ records: 'none' })
  expect(manualTrigger.subjects(config, 'k')).toEqual(['k'])
})

test('types its records and input', () => {
  const input = { type: 'object' }
  const config = manualTrigger.config.parse({ collection: 'orders', records: 'many', input })
  expect(manualTrigger.variableTypes?.(config)).toEqual({
    data: { kind: 'records', collection: 'orders', appends: [] },
    input: { kind: 'schema', schema: input },
  })
})

test('refuses records of no collection', () => {
  expect(validateConfig(manualTrigger, { records: 'one' })).toMatchObject([{ path: 'collection' }])
})
