import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import type { AwaitedEnd } from '../execution.ts'
import { jsonValue } from './config-fields.ts'
import { defineNode, type Outcome, transactionOf } from './define-node.ts'

const config = z.strictObject({
  workflow: z
    .string()
    .min(1)
    .max(64)
    .refine((key) => !key.includes('{{'), 'A workflow is named, not computed.')
    .meta({ title: 'Workflow', widget: 'workflow', description: 'One with the trigger Call.' }),
  input: jsonValue.optional().meta({
    title: 'Input',
    widget: 'workflowInput',
    description: 'What the workflow reads as {{$context.input}}; checked against its input schema.',
  }),
  wait: z.boolean().default(true).meta({
    title: 'Wait for its end',
    description: 'The output is then that of the workflow, and its failure fails this node.',
  }),
})

export const subWorkflowNode = defineNode({
  type: 'subWorkflow',
  title: 'Sub-workflow',
  summary: 'Runs another workflow, with typed input and output.',
  category: 'flow',
  icon: 'subtask',
  config,
  output: jsonValue.meta({ title: 'What the workflow gave, or its execution when nobody waits' }),
  traits: {
    effect: 'write',
    effectOf: ({ wait }, sync) => (sync && wait !== false ? 'external' : 'write'),
    calls: ({ workflow, wait }) => ({ workflow: String(workflow), waits: wait !== false }),
  },
  async run({ workflow, input = null, wait }, context) {
    const { ports, executionId, path, attempt, depth, debug, user, role } = context
    const call = { workflow, input, source: { executionId, path, attempt, depth, debug }, user, role }
    if (wait && context.sync) return outcomeOf(workflow, await ports.workflows.run(call))
    const started = await ports.workflows.start(transactionOf(context), call)
    return wait
      ? { kind: 'wait', for: { kind: 'execution', executionId: started.executionId } }
      : { kind: 'done', output: started }
  },
  resume: ({ workflow }, { value }) => outcomeOf(workflow, value as unknown as AwaitedEnd),
})

/** What the end of the called workflow means for the node. */
function outcomeOf(workflow: string, { status, output = null, error }: AwaitedEnd): Outcome {
  if (status === 'succeeded') return { kind: 'done', output }
  if (status === 'failed') {
    const message = `The workflow "${workflow}" failed: ${error?.message ?? 'no reason is known'}`
    throw new NodeError('sub_workflow_failed', message, { retryable: true })
  }
  if (status === 'canceled') throw new NodeError('sub_workflow_canceled', `The workflow "${workflow}" was canceled.`)
  throw new NodeError('sub_workflow_unfinished', `The workflow "${workflow}" is not over in time: it is ${status}.`)
}
