import { z } from 'zod'
import { jsonValue, valuesField } from './config-fields.ts'
import { defineNode } from './define-node.ts'

export const setValuesNode = defineNode({
  type: 'setValues',
  title: 'Set values',
  summary: 'Changes the values that the action is about to write.',
  category: 'values',
  icon: 'edit',
  config: z.strictObject({ values: valuesField().meta({ of: 'trigger' }) }),
  output: z.record(z.string(), jsonValue).meta({ title: 'Values' }),
  traits: { effect: 'pure', intercepts: true },
  run: ({ values }) => ({ kind: 'setValues', values }),
})
