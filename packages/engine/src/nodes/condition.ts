import { z } from 'zod'
import { conditionGroupSchema, evaluateConditions } from '../conditions.ts'
import type { Json } from '../core/json.ts'
import { isTruthy } from '../expressions/index.ts'
import { jsonValue, memberCheck, textField } from './config-fields.ts'
import { defineNode } from './define-node.ts'

/** Either condition groups or one expression; shared by the condition node and the cases of the switch. */
export const testMembers = {
  conditions: conditionGroupSchema.optional().meta({ title: 'Conditions', widget: 'conditions' }),
  expression: jsonValue.optional().meta({
    title: 'Expression',
    widget: 'expression',
    placeholder: '$context.data.amount > 500',
  }),
}

export const oneTest = memberCheck(
  (has) => has('conditions') !== has('expression'),
  'Give either conditions or an expression.',
  ['conditions'],
)

export function passes(test: {
  conditions?: z.infer<typeof conditionGroupSchema> | undefined
  expression?: Json | undefined
}): boolean {
  return test.conditions === undefined ? isTruthy(test.expression) : evaluateConditions(test.conditions)
}

export const conditionNode = defineNode({
  type: 'condition',
  title: 'Condition',
  summary: 'Goes one way when conditions hold, another way or nowhere when not.',
  category: 'flow',
  icon: 'git-branch',
  config: z
    .strictObject({
      ...testMembers,
      onFalse: z.enum(['branch', 'end']).default('branch').meta({
        title: 'When it does not hold',
        widget: 'select',
        description: 'Take the branch "no", or end the workflow.',
      }),
      endStatus: z
        .enum(['success', 'failure'])
        .optional()
        .meta({
          title: 'End as',
          widget: 'select',
          visibleWhen: { onFalse: 'end' },
        }),
      message: textField({ title: 'Message', visibleWhen: { onFalse: 'end' } }, z.string().max(10_000)).optional(),
    })
    .refine(...oneTest),
  output: z.boolean(),
  traits: { effect: 'pure' },
  expressions: ['expression'],
  branches: ({ onFalse }) =>
    onFalse === 'end'
      ? [{ name: 'yes', title: 'Yes' }]
      : [
          { name: 'yes', title: 'Yes' },
          { name: 'no', title: 'No' },
        ],
  run({ onFalse, endStatus = 'success', message, ...test }) {
    if (passes(test)) return { kind: 'done', branch: 'yes', output: true }
    if (onFalse === 'branch') return { kind: 'done', branch: 'no', output: false }
    return { kind: 'end', status: endStatus, ...(message === undefined ? {} : { message }) }
  },
})
