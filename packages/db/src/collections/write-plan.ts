import { isJsonObject } from '@ensue/engine/core'
import type { Association, ResolvedCollection } from './resolved-collection.ts'
import { type Id, invalid, isId, parseId, parseRow } from './values.ts'

/** A write with everything nested in it, checked. Nothing in it can be refused but by the database. */
export interface WritePlan {
  collection: ResolvedCollection
  names: string[]
  params: unknown[]
  /** belongsTo records to write first; their ids become the foreign keys. */
  parents: { association: Association; item: RelatedWrite }[]
  /** Records of the other associations, written after: exactly these are related then. */
  children: { association: Association; items: RelatedWrite[] }[]
}

/** Links a record, changes and links it, or creates it. */
export interface RelatedWrite {
  id?: Id
  plan?: WritePlan
}

const MAX_DEPTH = 5
const MAX_ITEMS = 1_000

/** @throws AppError invalid_input with the path of what is wrong, before anything is written */
export function planWrite(
  collection: ResolvedCollection,
  values: unknown,
  mode: 'create' | 'update',
  path = 'values',
  provided?: string,
  depth = 0,
): WritePlan {
  const { names, params, related } = parseRow(collection, values, mode, path, provided)
  const plan: WritePlan = { collection, names, params, parents: [], children: [] }
  for (const { association, value } of related) {
    const at = `${path}.${association.name}`
    if (depth >= MAX_DEPTH) throw invalid(`Values are nested deeper than ${MAX_DEPTH} associations.`, at)
    if (association.type === 'belongsTo') addParent(plan, association, value, at, depth)
    else plan.children.push({ association, items: planItems(association, value, at, depth) })
  }
  return plan
}

function addParent(plan: WritePlan, association: Association, value: unknown, path: string, depth: number): void {
  const { foreignKey } = association
  if (value === null) {
    if (plan.collection.columns.get(foreignKey)?.required) throw invalid(`"${association.name}" is required.`, path)
    plan.names.push(foreignKey)
    plan.params.push(null)
    return
  }
  const item = planItem(association, value, path, depth)
  if (item.plan) plan.parents.push({ association, item })
  else {
    plan.names.push(foreignKey)
    plan.params.push(item.id)
  }
}

function planItems(association: Association, value: unknown, path: string, depth: number): RelatedWrite[] {
  if (!association.toMany) return value === null ? [] : [planItem(association, value, path, depth)]
  if (!Array.isArray(value)) throw invalid(`"${association.name}" takes a list of ids or records.`, path)
  if (value.length > MAX_ITEMS) throw invalid(`"${association.name}" takes at most ${MAX_ITEMS} at once.`, path)
  return value.map((item, index) => planItem(association, item, `${path}.${index}`, depth))
}

function planItem(association: Association, value: unknown, path: string, depth: number): RelatedWrite {
  const { target, type, foreignKey } = association
  if (isId(value)) return { id: parseId(target, value, path) }
  if (!isJsonObject(value)) throw invalid(`Expected an id or an object of values of "${target.name}".`, path)
  const provided = type === 'hasOne' || type === 'hasMany' ? foreignKey : undefined
  const { id, ...values } = value
  if (id === undefined) return { plan: planWrite(target, values, 'create', path, provided, depth + 1) }
  const linked = { id: parseId(target, id, `${path}.id`) }
  if (Object.keys(values).length === 0) return linked
  return { ...linked, plan: planWrite(target, values, 'update', path, provided, depth + 1) }
}

/** What a nested write does to other collections, so that rights on them can be checked first. The write itself is not in it. */
export function nestedActions(plan: WritePlan): { collection: string; action: 'create' | 'update'; path: string }[] {
  const items = [
    ...plan.parents.map(({ association, item }) => ({ association, item, at: association.name })),
    ...plan.children.flatMap(({ association, items }) =>
      items.map((item, index) => ({ association, item, at: `${association.name}.${index}` })),
    ),
  ]
  return items.flatMap(({ association, item, at }) => {
    // Linking a record of hasOne and hasMany writes its foreign key.
    const isWritten =
      item.plan !== undefined || (association.type !== 'belongsToMany' && association.type !== 'belongsTo')
    const own = {
      collection: association.target.name,
      action: item.id === undefined ? 'create' : 'update',
      path: at,
    } as const
    const nested = item.plan ? nestedActions(item.plan) : []
    return [...(isWritten ? [own] : []), ...nested.map((action) => ({ ...action, path: `${at}.${action.path}` }))]
  })
}
