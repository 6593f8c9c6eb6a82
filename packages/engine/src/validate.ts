import type { z } from 'zod'
import { findUnstorable, isJsonObject } from './core/json.ts'
import { type Definition, definitionSchema, LIMITS, type NodeDefinition, visitNodes } from './definition.ts'
import { compileTemplate } from './expressions/index.ts'
import type { Problem } from './problem.ts'
import { checkNodes } from './validate/check-nodes.ts'
import { checkTrigger } from './validate/check-trigger.ts'
import type { ValidationEnv } from './validate/env.ts'

export interface Validation {
  /** Set when the document has the shape of a definition; it may have problems all the same. */
  definition?: Definition
  problems: Problem[]
}

/** Finds every problem of a definition; none: it can be deployed. The one check for editor, API, import and deploy. Never throws. */
export function validateDefinition(input: unknown, env: ValidationEnv): Validation {
  const unstorable = findUnstorable(input)
  if (unstorable) {
    const reasons = {
      depth: 'is nested too deeply',
      text: 'holds characters that can not be stored',
      type: 'is not JSON',
    }
    const message = `The definition ${reasons[unstorable.reason]} here.`
    return { problems: [{ path: unstorable.path, code: 'invalid_shape', message }] }
  }
  const parsed = definitionSchema.safeParse(input)
  const problems: Problem[] = []
  if (!parsed.success) problems.push(...shapeProblems(parsed.error))
  // Something may be wrong with the shape, e.g. a key with a space, and the rest can be checked all the same.
  const definition = parsed.success ? parsed.data : salvage(input)
  if (definition) {
    const count = countNodes(definition)
    if (count > LIMITS.maxNodes) {
      const message = `The workflow has ${count} nodes; ${LIMITS.maxNodes} are allowed.`
      problems.push({ path: 'nodes', code: 'too_many_nodes', message })
    } else {
      const report = (problem: Problem) => void problems.push(problem)
      checkTrigger(definition, env, report)
      checkNodes(definition, env, report)
      const { label, concurrency } = definition.options
      const key = typeof concurrency === 'object' ? concurrency.key : undefined
      for (const [path, template] of [['options.label', label] as const, ['options.concurrency.key', key] as const])
        if (typeof template === 'string')
          for (const { message } of compileTemplate(template).problems)
            report({ path, code: 'invalid_expression', message })
      for (const name of ['concurrency', 'rateLimit'] as const)
        if (definition.sync && definition.options[name] !== undefined)
          report({
            path: `options.${name}`,
            code: 'limit_in_sync',
            message:
              'A sync workflow runs while its caller waits and stands in no queue. Make it async, or limit its trigger.',
          })
    }
  }
  return { ...(parsed.success ? { definition: parsed.data } : {}), problems }
}

function shapeProblems(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        code: 'invalid_shape',
        message: `There is no member "${key}" here.`,
      }))
    return [{ path: path.join('.'), code: 'invalid_shape', message: issue.message }]
  })
}

function countNodes({ nodes }: Definition): number {
  let count = 0
  visitNodes(nodes, () => {
    count += 1
  })
  return count
}

/** The document as a definition if it can be walked like one. */
function salvage(input: unknown): Definition | undefined {
  if (!isJsonObject(input) || !isJsonObject(input.trigger) || typeof input.trigger.type !== 'string') return undefined
  const { sync = false, trigger, nodes = [], options = {} } = input
  const { config = {} } = trigger
  const walkable = walkableNodes(nodes)
  if (!walkable || !isJsonObject(config)) return undefined
  return {
    sync: sync === true,
    trigger: { type: String(trigger.type), config },
    nodes: walkable,
    options: isJsonObject(options) ? options : {},
  }
}

function walkableNodes(nodes: unknown): NodeDefinition[] | undefined {
  if (!Array.isArray(nodes)) return undefined
  const all: NodeDefinition[] = []
  for (const node of nodes as unknown[]) {
    if (!isJsonObject(node)) return undefined
    const { key, type, config = {}, branches = {} } = node
    if (typeof key !== 'string' || typeof type !== 'string' || !isJsonObject(config) || !isJsonObject(branches))
      return undefined
    const walked: Record<string, NodeDefinition[]> = {}
    for (const [name, branch] of Object.entries(branches)) {
      const list = walkableNodes(branch)
      if (!list) return undefined
      walked[name] = list
    }
    all.push({
      key,
      type,
      config,
      branches: walked,
      ...(node.disabled === true ? { disabled: true } : {}),
      ...(node.onError === 'continue' ? { onError: 'continue' } : {}),
    })
  }
  return all
}
