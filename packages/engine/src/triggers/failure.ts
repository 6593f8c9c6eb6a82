import { z } from 'zod'
import { toList } from '../nodes/config-fields.ts'
import { defineTrigger } from './define-trigger.ts'

export const failureTrigger = defineTrigger({
  type: 'failure',
  title: 'Failure',
  summary: 'Starts when an execution of the chosen workflows, or of any, has failed.',
  icon: 'alert-triangle',
  config: z.strictObject({
    workflows: z
      .preprocess(toList, z.array(z.string().min(1)).max(200))
      .optional()
      .meta({ title: 'Workflows', widget: 'workflow', multiple: true, description: 'All workflows when empty.' }),
  }),
  sync: 'never',
  subjects: ({ workflows }) => (workflows && workflows.length > 0 ? workflows : ['*']),
  variables: {
    execution: 'The execution that failed: id, workflow, title, version, trigger, label and its context.',
    error: 'Why: code and message, and the path in the node’s configuration.',
    node: 'Key of the node that failed; null when it was no node.',
  },
})
