import { z } from 'zod'
import { jsonValue } from './config-fields.ts'
import { defineNode } from './define-node.ts'

export const transformNode = defineNode({
  type: 'transform',
  title: 'Transform',
  summary: 'Queries and reshapes a document with JSONata.',
  category: 'values',
  icon: 'transform',
  config: z.strictObject({
    source: jsonValue.meta({
      title: 'Source',
      widget: 'expression',
      placeholder: '$context.data',
      description: 'The document that the expression is about.',
    }),
    expression: jsonValue.meta({
      title: 'Expression',
      widget: 'expression',
      placeholder: 'items[qty > 0].{ "name": name, "total": qty * price }',
      description: 'Names are members of the source; $nodes, $vars, … can be read as well.',
    }),
  }),
  output: jsonValue.meta({ title: 'Result' }),
  traits: { effect: 'pure' },
  expressions: ['source', 'expression'],
  over: { expression: 'source' },
  run: ({ expression }) => ({ kind: 'done', output: expression }),
})
