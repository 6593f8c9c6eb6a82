import { z } from 'zod'
import { jsonValue } from './config-fields.ts'
import { defineNode } from './define-node.ts'

export const calculateNode = defineNode({
  type: 'calculate',
  title: 'Calculate',
  summary: 'Gives the value of an expression.',
  category: 'values',
  icon: 'calculator',
  config: z.strictObject({
    expression: jsonValue.meta({
      title: 'Expression',
      widget: 'expression',
      placeholder: '$context.data.price * $context.data.quantity',
    }),
  }),
  output: jsonValue.meta({ title: 'Value' }),
  traits: { effect: 'pure' },
  expressions: ['expression'],
  run: ({ expression }) => ({ kind: 'done', output: expression }),
})
