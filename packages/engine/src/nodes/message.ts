import { z } from 'zod'
import { textField } from './config-fields.ts'
import { defineNode } from './define-node.ts'

export const messageNode = defineNode({
  type: 'message',
  title: 'Message',
  summary: 'Returns a text to the caller of a sync workflow.',
  category: 'out',
  icon: 'message',
  config: z.strictObject({
    text: textField({ title: 'Text', placeholder: 'Saved as {{$context.data.number}}' }, z.string().max(10_000)),
  }),
  traits: { effect: 'pure' },
  run: ({ text }) => ({ kind: 'message', text }),
})
