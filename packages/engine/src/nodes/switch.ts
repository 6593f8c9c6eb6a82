import { z } from 'zod'
import { isJsonObject } from '../core/json.ts'
import { oneTest, passes, testMembers } from './condition.ts'
import { textField } from './config-fields.ts'
import { defineNode } from './define-node.ts'

const OTHERWISE = 'otherwise'

const caseSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .refine((name) => name !== OTHERWISE, 'The name "otherwise" is kept for the last branch.')
      .meta({ title: 'Name' }),
    title: textField({ title: 'Title' }, z.string().max(200)).optional(),
    ...testMembers,
  })
  .refine(...oneTest)

export const switchNode = defineNode({
  type: 'switch',
  title: 'Switch',
  summary: 'Takes the branch of the first case that holds, or "otherwise".',
  category: 'flow',
  icon: 'arrows-split-2',
  config: z.strictObject({
    cases: z
      .array(caseSchema)
      .min(1)
      .max(50)
      .refine((cases) => new Set(cases.map(({ name }) => name)).size === cases.length, 'Two cases have the same name.')
      .meta({ title: 'Cases', description: 'Tried in this order.' }),
  }),
  output: z.string().meta({ title: 'Name of the case' }),
  traits: { effect: 'pure' },
  expressions: ['cases.*.expression'],
  namedBranches: true,
  branches({ cases }) {
    const named = (Array.isArray(cases) ? cases : []).flatMap((item) =>
      isJsonObject(item) && typeof item.name === 'string'
        ? [{ name: item.name, title: typeof item.title === 'string' ? item.title : item.name }]
        : [],
    )
    return [...named, { name: OTHERWISE, title: 'Otherwise' }]
  },
  run({ cases }) {
    const taken = cases.find(passes)?.name ?? OTHERWISE
    return { kind: 'done', branch: taken, output: taken }
  },
})
