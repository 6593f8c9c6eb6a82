import type { Definition } from '../definition.ts'
import { compileConfig } from '../nodes/compile-config.ts'
import { validateConfig } from '../nodes/validate-config.ts'
import type { ProblemCode } from '../problem.ts'
import { findTriggerType } from '../triggers/index.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkNames } from './check-names.ts'
import type { Report, ValidationEnv } from './env.ts'

const NOTHING_RAN = { all: new Set<string>(), before: new Set<string>(), around: new Set<string>() }

export function checkTrigger({ sync, trigger }: Definition, env: ValidationEnv, report: Report): void {
  const type = findTriggerType(trigger.type)
  if (!type) {
    report({
      path: 'trigger.type',
      code: 'unknown_trigger_type',
      message: `There is no trigger type "${trigger.type}".`,
    })
    return
  }
  const refuse = (path: string, code: ProblemCode, message: string) =>
    report({ path: path === '' ? 'trigger.config' : `trigger.config.${path}`, code, message })
  for (const { path, code, message } of validateConfig(type, trigger.config)) refuse(path, code, message)
  checkNames(type, trigger.config, env, refuse)
  checkExpressions(compileConfig(type, trigger.config), NOTHING_RAN, env, refuse)
  if (sync ? type.sync === 'never' : type.sync === 'always')
    report({
      path: 'sync',
      code: 'sync_not_supported',
      message: `A workflow with the trigger "${type.title}" ${sync ? 'is never' : 'is always'} sync.`,
    })
  if (trigger.config.transactional === true && !sync)
    refuse('transactional', 'transactional_not_sync', 'Only a sync workflow can run in the transaction of the action.')
}
