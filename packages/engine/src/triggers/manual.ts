import { z } from 'zod'
import { collectionField, jsonSchemaField } from '../nodes/config-fields.ts'
import { defineTrigger, type VariableType } from './define-trigger.ts'

export const manualTrigger = defineTrigger({
  type: 'manual',
  title: 'Custom action',
  summary: 'Starts from a button or a call: on nothing, one record, or many.',
  icon: 'hand-click',
  config: z
    .strictObject({
      collection: collectionField().optional(),
      records: z.enum(['none', 'one', 'many']).default('none').meta({ title: 'Records', widget: 'select' }),
      input: jsonSchemaField('Input', 'What is asked before the start.'),
    })
    .refine(({ collection, records }) => records === 'none' || collection !== undefined, {
      error: 'Choose the collection of the records.',
      path: ['collection'],
    }),
  sync: 'optional',
  subjects: (_config, workflowKey) => [workflowKey],
  variables: {
    data: 'The record, or the list of records.',
    input: 'What was filled in at the start.',
    user: 'The user who started it.',
    role: 'The role the user acted in.',
    requestId: 'Id of the request.',
  },
  variableTypes({ collection, records, input }) {
    const types: Record<string, VariableType> = {}
    if (collection && records !== 'none')
      types.data = { kind: records === 'many' ? 'records' : 'record', collection, appends: [] }
    if (input) types.input = { kind: 'schema', schema: input }
    return types
  },
})
