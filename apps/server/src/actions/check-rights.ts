import type { CollectionRegistry } from '@ensue/db'
import { AppError, isJsonObject, type Json } from '@ensue/engine/core'
import type { App, Principal } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import { hasPermission, requirePermission } from '../roles/permissions.ts'
import { type ActionCall, isReadAction } from './action.ts'
import { associationsOfFilter } from './association-path.ts'
import type { ActionTarget } from './resolve-triggers.ts'

/** The records that a call's workflows get: those of the association when one is created there, else the collection's.
 *  @throws AppError not_found */
export function triggerTarget(snapshot: Snapshot, call: ActionCall): ActionTarget {
  const { collection, association, action } = call
  if (collection === null || association === undefined || action !== 'create') return { collection, action }
  return { collection: associationTarget(snapshot.collections, collection, association), action }
}

/** @throws AppError not_found */
export function associationTarget(registry: CollectionRegistry, collection: string, name: string): string {
  const association = registry.get(collection).associations.get(name)
  if (!association) throw new AppError('not_found', `${collection} has no association "${name}".`)
  return association.target.name
}

const TO_WRITE: Partial<Record<ActionCall['action'], string[]>> = {
  upsert: ['create', 'update'],
  firstOrCreate: ['create', 'get'],
  // What is linked is part of the record, as `update` with nested values shows.
  add: ['update'],
  set: ['update'],
  remove: ['update'],
}

/** The rights to the action, and to every collection that the call reads or writes through associations.
 *  @throws AppError not_found, forbidden */
export function checkRights(app: App, principal: Principal, snapshot: Snapshot, call: ActionCall): void {
  if (call.collection === null) return
  const registry = snapshot.collections
  const collection = registry.get(call.collection)
  if (collection.readOnly) {
    requirePermission(app, principal, 'users')
    if (!isReadAction(call.action))
      throw new AppError('forbidden', `"${collection.name}" is managed by its own calls, not as records.`)
  }
  if (call.association !== undefined) associationTarget(registry, collection.name, call.association)
  if (hasPermission(app, principal, 'all')) return

  const may = (name: string, action: string) => requirePermission(app, principal, { collection: name, action })
  const mayRead = (name: string) => {
    if (!registry.find(name)?.readOnly) may(name, 'list')
  }
  const ownActions = TO_WRITE[call.action] ?? [call.action]
  if (call.association === undefined || !(call.action === 'list' || call.action === 'create'))
    for (const action of ownActions) may(collection.name, action)
  else {
    may(collection.name, 'get')
    may(associationTarget(registry, collection.name, call.association), call.action)
  }

  const from =
    call.association !== undefined && call.action === 'list'
      ? associationTarget(registry, collection.name, call.association)
      : collection.name
  const paths = [...(call.appends ?? []), ...(call.fields ?? []), ...associationsOfFilter(registry, from, call.filter)]
  for (const path of paths) readPath(registry, from, path, mayRead)
  if (!isReadAction(call.action) && call.values !== undefined) {
    const target = triggerTarget(snapshot, call).collection ?? collection.name
    if (call.action === 'add' || call.action === 'set' || call.action === 'remove')
      writeItems(registry, associationTarget(registry, collection.name, call.association ?? ''), call.values, may)
    else writeNested(registry, target, call.values, may)
  }
}

function readPath(registry: CollectionRegistry, from: string, path: string, mayRead: (name: string) => void): void {
  let collection = registry.find(from)
  for (const step of path.split('.')) {
    const association = collection?.associations.get(step)
    if (!association) return
    mayRead(association.target.name)
    collection = association.target
  }
}

/** Records nested in values are created or changed, which takes the right to do so; ids only link. */
function writeNested(
  registry: CollectionRegistry,
  name: string,
  values: Json,
  may: (name: string, action: string) => void,
): void {
  if (Array.isArray(values)) {
    for (const item of values) writeNested(registry, name, item, may)
    return
  }
  const collection = registry.find(name)
  if (!collection || !isJsonObject(values)) return
  for (const association of collection.associations.values())
    if (values[association.name] !== undefined)
      writeItems(registry, association.target.name, values[association.name]!, may)
}

function writeItems(
  registry: CollectionRegistry,
  target: string,
  items: Json,
  may: (name: string, action: string) => void,
): void {
  for (const item of Array.isArray(items) ? items : [items]) {
    if (!isJsonObject(item)) continue
    if (item.id === undefined) may(target, 'create')
    else if (Object.keys(item).length > 1) may(target, 'update')
    writeNested(registry, target, item, may)
  }
}
