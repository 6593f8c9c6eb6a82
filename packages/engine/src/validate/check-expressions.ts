import type { Template } from '../expressions/index.ts'
import type { ProblemCode } from '../problem.ts'
import type { ValidationEnv } from './env.ts'

/** Which nodes an expression may read at its place in the workflow. */
export interface Scope {
  /** Every node of the workflow. */
  all: ReadonlySet<string>
  /** Those that run before, in one way or another. */
  before: ReadonlySet<string>
  /** Those around. */
  around: ReadonlySet<string>
}

/** Reports syntax errors and references that can never have a value. Paths are relative to the config. */
export function checkExpressions(
  template: Template,
  scope: Scope,
  env: ValidationEnv,
  refuse: (path: string, code: ProblemCode, message: string) => void,
): void {
  for (const { path, message } of template.problems)
    refuse(path, message.startsWith('Secrets') ? 'secret_not_allowed' : 'invalid_expression', message)
  for (const { root, path, source, at } of template.references) {
    const [name] = path
    if (typeof name !== 'string') continue
    if (root === 'nodes' || root === 'scopes') {
      if (!scope.all.has(name)) refuse(at, 'unknown_reference', `There is no node "${name}", named in {{${source}}}.`)
      else if (root === 'nodes' && !scope.before.has(name))
        refuse(at, 'reference_not_before', `The node "${name}" does not run before this one: {{${source}}}.`)
      else if (root === 'scopes' && !scope.around.has(name))
        refuse(at, 'reference_not_before', `The node "${name}" is not around this one: {{${source}}}.`)
    }
    if (root === 'secrets' && env.secrets?.has(name) === false)
      refuse(at, 'unknown_secret', `There is no secret "${name}".`)
  }
}
