import { z } from 'zod'
import { jsonSchemaField } from '../nodes/config-fields.ts'
import { defineTrigger, type VariableType } from './define-trigger.ts'

export const callTrigger = defineTrigger({
  type: 'call',
  title: 'Call',
  summary: 'Starts when another workflow, the API or the SDK runs it, with typed input and output.',
  icon: 'subtask',
  config: z.strictObject({ input: jsonSchemaField('Input'), output: jsonSchemaField('Output') }),
  sync: 'optional',
  subjects: (_config, workflowKey) => [workflowKey],
  variables: { input: 'The input of the call.', user: 'The user who called.', role: 'The role of the caller.' },
  variableTypes({ input }): Record<string, VariableType> {
    return input ? { input: { kind: 'schema', schema: input } } : {}
  },
})
