import type { NodeDefinition } from '../definition.ts'
import type { NodeType } from '../nodes/define-node.ts'
import type { ProblemCode } from '../problem.ts'
import type { ValidationEnv } from './env.ts'

/** Checks a node that starts another workflow: may that one be called, and called from here? */
export function checkCall(
  { key, config }: NodeDefinition,
  { traits, title }: NodeType,
  { sync, transactional }: { sync: boolean; transactional: boolean },
  env: ValidationEnv,
  refuse: (where: string, code: ProblemCode, message: string) => void,
): void {
  if (!traits.calls) return
  const { workflow, waits } = traits.calls(config)
  if (transactional && waits)
    refuse('', 'not_transactional', `"${key}" (${title}) waits; start the workflow without waiting for it.`)
  const target = env.workflow?.(workflow)
  if (!target) return
  if (target.trigger !== 'call')
    refuse(
      'config.workflow',
      'not_callable',
      `"${workflow}" is started by "${target.trigger}"; only a workflow with the trigger "call" can be called.`,
    )
  else if (sync && !transactional && waits && !target.sync)
    refuse(
      'config.workflow',
      'waits_in_sync',
      `"${workflow}" is not sync, so "${key}" would wait; a sync workflow has to answer at once.`,
    )
}
