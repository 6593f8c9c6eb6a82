import type { Catalog, Collection, Definition, NodeDefinition, Schema } from '../api/types.ts'
import { findNodeType } from '../canvas/branches.ts'
import { allNodes, nodesBefore } from '../canvas/edit-definition.ts'
import { TRIGGER_KEY } from '../canvas/layout.ts'
import { asText, humanize, isObject, schemaOf, strings } from '../lib/json.ts'
import { declaredVariables } from './declared-variables.ts'
import { member } from './member-path.ts'

/** One thing that an expression can refer to. */
export interface Variable {
  /** The expression without braces; also its identity. */
  path: string
  label: string
  type?: string
  description?: string
  children?: Variable[]
}

/** A group of the picker, such as the trigger or a node that has run before. */
export interface VariableGroup {
  label: string
  icon: 'trigger' | 'node' | 'vars' | 'user' | 'system' | 'secret'
  variables: Variable[]
}

const MAX_DEPTH = 3

/** What only members that hold secrets may refer to. */
export function secretGroup(names: readonly string[]): VariableGroup[] {
  if (names.length === 0) return []
  const variables = names.map((name) => ({ path: member('$secrets', name), label: name, type: 'secret' }))
  return [{ label: 'Secrets', icon: 'secret', variables }]
}

function recordFields(
  path: string,
  collection: Collection | undefined,
  all: Collection[],
  appends: string[],
): Variable[] {
  if (!collection) return []
  const own: Variable[] = [{ path: member(path, 'id'), label: 'ID', type: collection.idType ?? 'id' }]
  for (const field of collection.fields) {
    if (field.hidden) continue
    const at = member(path, field.name)
    const label = field.title || humanize(field.name)
    if (!field.target) own.push({ path: at, label, type: field.type })
    else if (appends.some((name) => name === field.name || name.startsWith(`${field.name}.`))) {
      const deeper = appends.flatMap((name) =>
        name.startsWith(`${field.name}.`) ? [name.slice(field.name.length + 1)] : [],
      )
      const target = all.find(({ name }) => name === field.target)
      own.push({ path: at, label, type: field.type, children: recordFields(at, target, all, deeper) })
    }
  }
  for (const name of ['createdAt', 'updatedAt'])
    if (!collection.fields.some((field) => field.name === name))
      own.push({ path: member(path, name), label: humanize(name), type: 'datetime' })
  return own
}

/** The members that a JSON Schema tells of; of a union the first part that has any. */
export function schemaMembers(path: string, schema: Schema | undefined, depth = 0): Variable[] {
  if (!schema || depth >= MAX_DEPTH) return []
  if (schema.properties)
    return Object.entries(schema.properties).map(([name, part]) => {
      const at = member(path, name)
      const children = schemaMembers(at, part, depth + 1)
      return {
        path: at,
        label: part.title || humanize(name),
        ...(part.type ? { type: asType(part.type) } : {}),
        ...(part.description ? { description: part.description } : {}),
        ...(children.length > 0 ? { children } : {}),
      }
    })
  for (const part of schema.anyOf ?? schema.oneOf ?? []) {
    const members = schemaMembers(path, part, depth)
    if (members.length > 0) return members
  }
  return []
}

function asType(type: string | string[]): string {
  return Array.isArray(type) ? type.filter((name) => name !== 'null').join(' | ') : type
}

function isRecord(schema: Schema | undefined): boolean {
  return schema?.record === true || (schema?.anyOf ?? []).some((part) => part.record === true)
}

/** The JSON Schemas of what workflows give to those that call them, by key. */
export type CalledOutputs = Readonly<Record<string, Schema | undefined>>

const STARTED: Schema = {
  properties: {
    executionId: { type: 'string', title: 'Execution ID', description: 'Of the workflow that was started.' },
  },
}

function nodeMembers(
  node: NodeDefinition,
  catalog: Catalog | undefined,
  collections: Collection[],
  outputs: CalledOutputs,
): Variable[] {
  const path = member('$nodes', node.key)
  const { config } = node
  const output = findNodeType(catalog, node.type)?.outputSchema
  if (
    typeof config.collection === 'string' &&
    isRecord(output) &&
    config.many !== true &&
    config.filter === undefined
  ) {
    const collection = collections.find(({ name }) => name === config.collection)
    return recordFields(path, collection, collections, strings(config.appends))
  }
  if (node.type === 'record.query' && config.many !== true && typeof config.collection === 'string')
    return recordFields(
      path,
      collections.find(({ name }) => name === config.collection),
      collections,
      strings(config.appends),
    )
  if (node.type === 'subWorkflow')
    return schemaMembers(path, config.wait === false ? STARTED : outputs[asText(config.workflow)])
  const members = schemaMembers(path, output)
  if (node.type !== 'review') return members
  const form = schemaOf(config.form)
  return members.map((item) =>
    item.path === member(path, 'values') ? { ...item, children: schemaMembers(item.path, form) } : item,
  )
}

function triggerVariables(
  trigger: Definition['trigger'],
  catalog: Catalog | undefined,
  collections: Collection[],
): Variable[] {
  const type = catalog?.triggers.find((item) => item.type === trigger.type)
  const { config } = trigger
  const collection = collections.find(({ name }) => name === config.collection)
  const list = config.batch === 'list' || config.records === 'many'
  return Object.entries(type?.variables ?? {}).map(([name, description]) => {
    const path = member('$context', name)
    const known = { path, label: humanize(name), description }
    if ((name === 'data' || name === 'previous') && collection)
      return list && name === 'data'
        ? { ...known, type: `list of ${collection.name}` }
        : {
            ...known,
            type: collection.name,
            children: recordFields(path, collection, collections, name === 'data' ? strings(config.appends) : []),
          }
    if (name === 'user')
      return {
        ...known,
        children: ['id', 'email', 'name'].map((part) => ({
          path: member(path, part),
          label: humanize(part),
          type: 'string',
        })),
      }
    if (name === 'input') return { ...known, children: schemaMembers(path, schemaOf(config.input)) }
    const declared = trigger.type === 'webhook' ? declaredVariables(name, path, config.variables) : []
    if (declared.length > 0) return { ...known, children: declared }
    return known
  })
}

function setVariables(before: NodeDefinition[]): Variable[] {
  const names = new Set(
    before.flatMap(({ type, config }) => (type === 'set' && isObject(config.values) ? Object.keys(config.values) : [])),
  )
  return [...names].map((name) => ({ path: member('$vars', name), label: name }))
}

/** Everything that an expression in this node can refer to, nearest first after the trigger. */
export function variablesFor(
  definition: Definition,
  key: string,
  catalog: Catalog | undefined,
  collections: Collection[],
  environment: string[] = [],
  outputs: CalledOutputs = {},
): VariableGroup[] {
  const before = key === TRIGGER_KEY ? [] : nodesBefore(definition, key)
  const groups: VariableGroup[] = [
    { label: 'Trigger', icon: 'trigger', variables: triggerVariables(definition.trigger, catalog, collections) },
  ]
  const around =
    allNodes(definition)
      .find(({ node }) => node.key === key)
      ?.parents.filter(({ type }) => type === 'loop') ?? []
  if (around.length > 0)
    groups.push({
      label: 'Loop',
      icon: 'vars',
      variables: [
        { path: '$item', label: 'Item', description: 'The item of this round.' },
        { path: '$index', label: 'Index', type: 'integer' },
      ],
    })
  for (const node of [...before].reverse()) {
    const type = findNodeType(catalog, node.type)
    if (!type?.outputSchema) continue
    const path = member('$nodes', node.key)
    const children = nodeMembers(node, catalog, collections, outputs)
    const whole: Variable = {
      path,
      label: children.length > 0 ? 'Whole output' : 'Output',
      ...(type.outputSchema.title ? { description: type.outputSchema.title } : {}),
    }
    groups.push({ label: node.title || `${type.title} · ${node.key}`, icon: 'node', variables: [...children, whole] })
  }
  const vars = setVariables(before)
  if (vars.length > 0) groups.push({ label: 'Variables', icon: 'vars', variables: vars })
  groups.push({
    label: 'System',
    icon: 'system',
    variables: [
      { path: '$system.now', label: 'Now', type: 'datetime' },
      { path: '$system.executionId', label: 'Execution ID', type: 'string' },
      { path: '$system.workflowKey', label: 'Workflow key', type: 'string' },
    ],
  })
  if (environment.length > 0)
    groups.push({
      label: 'Environment',
      icon: 'vars',
      variables: environment.map((name) => ({ path: member('$env', name), label: name, type: 'string' })),
    })
  return groups
}

export function flatten(groups: VariableGroup[]): (Variable & { group: string })[] {
  const walk = (list: Variable[], group: string): (Variable & { group: string })[] =>
    list.flatMap((item) => [{ ...item, group }, ...walk(item.children ?? [], group)])
  return groups.flatMap(({ label, variables }) => walk(variables, label))
}

/** The groups with only what matches the words; a match keeps the way to it. */
export function searchVariables(groups: VariableGroup[], query: string): VariableGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return groups
  const keep = (list: Variable[], above: string): Variable[] =>
    list.flatMap((item) => {
      const text = `${above} ${item.label} ${item.path}`.toLowerCase()
      if (words.every((word) => text.includes(word))) return [item]
      const children = keep(item.children ?? [], `${above} ${item.label}`)
      return children.length > 0 ? [{ ...item, children }] : []
    })
  return groups
    .map((group) => ({ ...group, variables: keep(group.variables, group.label) }))
    .filter(({ variables }) => variables.length > 0)
}

/** The first variable that the words themselves find, not only something inside it. */
export function firstMatch(groups: VariableGroup[], query: string): string | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const last = words.at(-1)
  if (last === undefined) return undefined
  return flatten(groups).find(({ path, label }) => `${path.split('.').at(-1)} ${label}`.toLowerCase().includes(last))
    ?.path
}

/** What a chip says for a path: its label in the tree, else the last parts of the path. */
export function chipLabel(path: string, known: ReadonlyMap<string, string>): string {
  return known.get(path) ?? path.replace(/^\$(context|nodes)\./, '').replaceAll('.', ' › ')
}

export function labelsOf(groups: VariableGroup[]): Map<string, string> {
  const labels = new Map<string, string>()
  const walk = (list: Variable[], above: string) => {
    for (const { path, label, children } of list) {
      const text = above === '' ? label : `${above} › ${label}`
      labels.set(path, text)
      walk(children ?? [], path === '$context.data' ? '' : text)
    }
  }
  for (const { label, icon, variables } of groups) walk(variables, icon === 'node' ? label : '')
  return labels
}
