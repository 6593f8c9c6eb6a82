import { NodeError } from './core/errors.ts'
import type { Json } from './core/json.ts'
import { type Definition, type NodeDefinition, visitNodes } from './definition.ts'
import { type EvaluateOptions, type Roots, resolveTemplate, resolveWithMask } from './expressions/index.ts'
import { compileConfig } from './nodes/compile-config.ts'
import type { NodeType } from './nodes/define-node.ts'
import { findNodeType } from './nodes/index.ts'
import { describeConfigError } from './nodes/validate-config.ts'

export interface ResolvedConfig {
  /** As the journal shows it: expressions replaced by their values, what is made of secrets by `[masked]`. */
  input: Json
  /** As the node's `run` takes it. */
  parsed: unknown
}

export interface CompiledNode {
  type: NodeType
  /** Resolves the node's expressions and parses the result. A promise only when an expression needs one.
   *  @throws NodeError `unresolved_reference`, `expression_…`, `invalid_config` */
  resolve(roots: Roots, options: EvaluateOptions): ResolvedConfig | Promise<ResolvedConfig>
}

/** A version, ready to run: compiled once, used by every run of it. */
export interface CompiledWorkflow {
  key: string
  definition: Definition
  /** By the node's place in the definition. Nodes of unknown types are missing. */
  nodes: ReadonlyMap<NodeDefinition, CompiledNode>
}

export function compileWorkflow(key: string, definition: Definition): CompiledWorkflow {
  const nodes = new Map<NodeDefinition, CompiledNode>()
  visitNodes(definition.nodes, (node) => {
    const type = findNodeType(node.type)
    if (type) nodes.set(node, compileNode(type, node))
  })
  return { key, definition, nodes }
}

function compileNode(type: NodeType, node: NodeDefinition): CompiledNode {
  const template = compileConfig(type, node.config)
  const parse = (value: Json, input = value): ResolvedConfig => {
    const result = type.config.safeParse(value)
    if (result.success) return { input, parsed: result.data }
    const [problem] = describeConfigError(result.error, value)
    const { path, message } = problem!
    throw new NodeError('invalid_config', path === '' ? message : `${path}: ${message}`, { path })
  }
  // A config without expressions is the same in every run.
  let constant: ResolvedConfig | undefined
  return {
    type,
    resolve(roots, options) {
      if (constant) return constant
      if (template.secret) {
        const masked = resolveWithMask(template, roots, options)
        if (masked instanceof Promise) return masked.then(({ value, shown }) => parse(value, shown))
        return parse(masked.value, masked.shown)
      }
      const input = resolveTemplate(template, roots, options)
      if (input instanceof Promise) return input.then((value) => parse(value))
      const resolved = parse(input)
      if (template.part.kind === 'static') constant = resolved
      return resolved
    },
  }
}
