import type { Definition, NodeDefinition } from '../definition.ts'
import { visitNodes } from '../definition.ts'
import { longestPause } from '../node-failure.ts'
import { compileConfig } from '../nodes/compile-config.ts'
import type { NodeType } from '../nodes/define-node.ts'
import { findNodeType } from '../nodes/index.ts'
import { validateConfig } from '../nodes/validate-config.ts'
import type { ProblemCode } from '../problem.ts'
import { findTriggerType } from '../triggers/index.ts'
import { checkCall } from './check-call.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkNames } from './check-names.ts'
import type { Report, ValidationEnv } from './env.ts'
import { isEnd } from './is-end.ts'

/** Of all attempts of a node together. */
const MAX_PAUSE_IN_TRANSACTION_MS = 2_000

/** Walks the nodes in the order of running, knowing at each what has run before. */
export function checkNodes(definition: Definition, env: ValidationEnv, report: Report): void {
  const all = new Set<string>()
  visitNodes(definition.nodes, ({ key }, path) => {
    if (all.has(key))
      report({ path: `${path}.key`, code: 'duplicate_key', message: `The key "${key}" is taken.`, node: key })
    all.add(key)
  })
  const { trigger } = definition
  const triggerType = findTriggerType(trigger.type)
  const transactional = triggerType?.transactional?.(trigger.config) ?? false

  function walk(nodes: NodeDefinition[], at: string, before: Set<string>, around: ReadonlySet<string>): void {
    let ended: string | undefined
    nodes.forEach((node, index) => {
      const path = `${at}.${index}`
      const type = findNodeType(node.type)
      const refuse = (where: string, code: ProblemCode, message: string) =>
        report({ path: where === '' ? path : `${path}.${where}`, code, message, node: node.key })
      if (!type) refuse('type', 'unknown_node_type', `There is no node type "${node.type}".`)
      // A disabled node and its branches are never run; half-done ones must not hold up a deploy.
      if (node.disabled) return
      if (ended !== undefined)
        refuse('', 'unreachable', `"${node.key}" is never reached: "${ended}" before it ends the run.`)
      else if (isEnd(node)) ended = node.key
      if (type) {
        checkNode(node, type, refuse)
        checkExpressions(compileConfig(type, node.config), { all, before, around }, env, (where, ...problem) =>
          refuse(inConfig(where), ...problem),
        )
      }
      before.add(node.key)
      const within = new Set([...around, node.key])
      const after = Object.entries(node.branches ?? {}).map(([name, branch]) => {
        // Branches exclude each other, so none sees what ran in another.
        const inBranch = new Set(before)
        walk(branch, `${path}.branches.${name}`, inBranch, within)
        return inBranch
      })
      for (const keys of after) for (const key of keys) before.add(key)
    })
  }

  function checkNode(
    node: NodeDefinition,
    type: NodeType,
    refuse: (where: string, code: ProblemCode, message: string) => void,
  ): void {
    const { key, config } = node
    for (const { path, code, message } of validateConfig(type, config)) refuse(inConfig(path), code, message)
    checkNames(type, config, env, (where, ...problem) => refuse(inConfig(where), ...problem), trigger.config.collection)
    const names = new Set(type.branches?.(config).map(({ name }) => name))
    for (const name of Object.keys(node.branches ?? {}))
      if (!names.has(name)) refuse(`branches.${name}`, 'unknown_branch', `"${key}" has no branch "${name}".`)
    const { waits, responds, intercepts, slow, effect } = type.traits
    checkCall(node, type, { sync: definition.sync, transactional }, env, refuse)
    if (waits && definition.sync)
      refuse('', 'waits_in_sync', `"${key}" (${type.title}) waits; a sync workflow has to answer at once.`)
    if (responds && !(definition.sync && definition.trigger.type === 'webhook'))
      refuse(
        '',
        'response_outside_webhook',
        `"${key}" (${type.title}) answers a webhook; this workflow is not a sync webhook.`,
      )
    if (intercepts && triggerType && !triggerType.intercepts)
      refuse(
        '',
        'outside_before_action',
        `"${key}" (${type.title}) changes what an action writes; this workflow does not run before an action.`,
      )
    if (transactional && (effect === 'external' || slow || (waits && !definition.sync)))
      refuse(
        '',
        'not_transactional',
        `"${key}" (${type.title}) ${waits ? 'waits' : slow ? 'may take long' : 'leaves the database'}; it can't run in the transaction of an action.`,
      )
    if (transactional && node.retry && longestPause(node.retry) > MAX_PAUSE_IN_TRANSACTION_MS)
      refuse(
        'retry',
        'not_transactional',
        `"${key}" would pause more than ${MAX_PAUSE_IN_TRANSACTION_MS} ms between its attempts, in the transaction of an action, which holds up others.`,
      )
  }

  walk(definition.nodes, 'nodes', new Set(), new Set())
}

function inConfig(path: string): string {
  return path === '' ? 'config' : `config.${path}`
}
