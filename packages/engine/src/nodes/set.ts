import { z } from 'zod'
import { jsonValue } from './config-fields.ts'
import { defineNode } from './define-node.ts'

export const setNode = defineNode({
  type: 'set',
  title: 'Set variables',
  summary: 'Sets variables that later nodes read as {{$vars.<name>}}.',
  category: 'values',
  icon: 'variable',
  config: z.strictObject({
    values: z
      .record(z.string().regex(/^[\p{L}_][\p{L}\p{N}_]*$/u, 'A variable name holds letters, digits and _.'), jsonValue)
      .meta({ title: 'Variables', widget: 'keyValue' }),
  }),
  output: z.record(z.string(), jsonValue).meta({ title: 'Variables' }),
  traits: { effect: 'pure' },
  run: ({ values }) => ({ kind: 'setVars', vars: values, output: values }),
})
