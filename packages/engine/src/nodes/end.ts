import { z } from 'zod'
import { jsonValue, textField } from './config-fields.ts'
import { defineNode } from './define-node.ts'

export const endNode = defineNode({
  type: 'end',
  title: 'End',
  summary: 'Ends the workflow, as a success or a failure.',
  category: 'flow',
  icon: 'flag',
  config: z.strictObject({
    status: z.enum(['success', 'failure']).default('success').meta({ title: 'Status', widget: 'select' }),
    message: textField({ title: 'Message', description: 'Told to the caller.' }, z.string().max(10_000)).optional(),
    output: jsonValue.optional().meta({ title: 'Output', widget: 'json', description: 'The result of the workflow.' }),
  }),
  traits: { effect: 'pure', ends: true },
  run: ({ status, message, output }) => ({
    kind: 'end',
    status,
    ...(message === undefined ? {} : { message }),
    ...(output === undefined ? {} : { output }),
  }),
})
