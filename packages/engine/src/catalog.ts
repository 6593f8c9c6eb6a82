import type { JsonObject } from './core/json.ts'
import { configSchemaOf, toJsonSchema } from './nodes/config-schema.ts'
import type { NodeCategory, NodeType } from './nodes/define-node.ts'
import { nodeTypes } from './nodes/index.ts'
import type { TriggerType } from './triggers/define-trigger.ts'
import { triggerTypes } from './triggers/index.ts'

/** A node type as data: all that menu, form, variable picker, docs and SDK need. */
export interface NodeDescription {
  type: string
  title: string
  summary: string
  category: NodeCategory
  icon: string
  /** JSON Schema of the config with `title`, `description`, `widget`, `placeholder`, … on each member. */
  configSchema: JsonObject
  /** JSON Schema of the output; absent: no output. */
  outputSchema?: JsonObject
  /** The branches of an empty config. */
  branches: { name: string; title: string }[]
  /** More branches, or others, are named in the config. */
  namedBranches: boolean
  traits: { effect: string; waits: boolean; responds: boolean; intercepts: boolean; ends: boolean }
  strict: string[]
  raw: string[]
  expressions: string[]
}

export interface TriggerDescription {
  type: string
  title: string
  summary: string
  icon: string
  configSchema: JsonObject
  sync: TriggerType['sync']
  variables: Record<string, string>
  aliases: Record<string, string>
}

export interface Catalog {
  nodes: NodeDescription[]
  triggers: TriggerDescription[]
}

export function describeNode(type: NodeType): NodeDescription {
  const { effect, waits = false, responds = false, intercepts = false, ends = false } = type.traits
  return {
    type: type.type,
    title: type.title,
    summary: type.summary,
    category: type.category,
    icon: type.icon,
    configSchema: configSchemaOf(type),
    ...(type.output ? { outputSchema: toJsonSchema(type.output, 'output') } : {}),
    branches: type.branches?.({}) ?? [],
    namedBranches: type.namedBranches ?? false,
    traits: { effect, waits, responds, intercepts, ends },
    strict: [...(type.strict ?? [])],
    raw: [...(type.raw ?? [])],
    expressions: [...(type.expressions ?? [])],
  }
}

export function describeTrigger(type: TriggerType): TriggerDescription {
  const { title, summary, icon, sync, variables, aliases = {} } = type
  return { type: type.type, title, summary, icon, configSchema: configSchemaOf(type), sync, variables, aliases }
}

/** Every node and trigger type as pure JSON. */
export function describeCatalog(): Catalog {
  return { nodes: nodeTypes.map(describeNode), triggers: triggerTypes.map(describeTrigger) }
}
