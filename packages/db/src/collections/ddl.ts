import { AppError } from '@ensue/engine/core'
import { CompiledQuery } from 'kysely'
import type { Trx } from '../client.ts'
import { columnFaults } from './column-values.ts'
import { dataDb } from './data-db.ts'
import type { Collection } from './definition.ts'
import { diffShapes, type Loss, renameShapes } from './diff-shapes.ts'
import { toDdlError } from './record-error.ts'
import { buildCollectionRegistry, type CollectionRegistry } from './registry.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { tableShapes } from './table-shape.ts'

/** A change of schema before it is made. */
export interface SchemaPlan {
  /** The DDL, in order; what `applyPlan` will run. */
  statements: string[]
  /** What loses data: fields of the collection (or the collection itself), each to be confirmed by its name. */
  destructive: { name: string; reason: string }[]
  /** The registry as it will be. */
  registry: CollectionRegistry
}

/** @throws AppError invalid_input, conflict (the name is taken) */
export function planCreate(registry: CollectionRegistry, definition: Collection): SchemaPlan {
  if (registry.find(definition.name))
    throw new AppError('conflict', `There is a collection "${definition.name}" already.`, { path: 'name' })
  const before = tableShapes(registry)
  if (before.has(definition.name))
    throw new AppError('conflict', `"${definition.name}" is the through table of an association.`, { path: 'name' })
  const after = withDefinitions(registry, [...registry.list().map((item) => item.definition), definition])
  check(after, definition.name)
  const { statements } = diffShapes(before, tableShapes(after))
  return { statements, destructive: [], registry: after }
}

/** Changes `name` into `next` (which has the same name). Fields that are missing in `next` are dropped.
 *  @param renames old name → new name of fields, which keep their values
 *  @throws AppError not_found, invalid_input */
export function planAlter(
  registry: CollectionRegistry,
  name: string,
  next: Collection,
  renames: Readonly<Record<string, string>> = {},
): SchemaPlan {
  const current = writable(registry.get(name))
  if (next.name !== name) throw new AppError('invalid_input', 'A collection can not be renamed.', { path: 'name' })
  if (next.idType !== current.idType)
    throw new AppError('invalid_input', 'The type of the ids can not be changed.', { path: 'idType' })
  const renamed = replace(registry, renameFields(current.definition, renames))
  const after = replace(registry, next)
  check(after, name)
  const shapes = tableShapes(renamed)
  const { statements, losses } = diffShapes(shapes, tableShapes(after))
  return {
    statements: [...renameShapes(tableShapes(registry), shapes), ...statements],
    destructive: namedLosses(losses, renamed.get(name)),
    registry: after,
  }
}

/** @throws AppError not_found, conflict while other collections point to it */
export function planDrop(registry: CollectionRegistry, name: string): SchemaPlan {
  const dropped = writable(registry.get(name))
  for (const other of registry.list())
    for (const { name: field, target, through } of other.associations.values())
      if (other !== dropped && (target === dropped || through?.collection === dropped))
        throw new AppError('conflict', `"${other.name}.${field}" points to "${name}"; drop that field first.`, {
          path: 'name',
        })
  const rest = registry.list().filter((item) => item !== dropped)
  const after = withDefinitions(
    registry,
    rest.map((item) => item.definition),
  )
  const { statements } = diffShapes(tableShapes(registry), tableShapes(after))
  return { statements, destructive: [{ name, reason: 'drops the table with all its records' }], registry: after }
}

/** Runs the plan in the caller's transaction; the caller stores the definition in the same one.
 *  @param confirm names of everything in `destructive`
 *  @throws AppError invalid_input (not confirmed), conflict (the records there are do not allow it) */
export async function applyPlan(trx: Trx, plan: SchemaPlan, confirm: readonly string[] = []): Promise<void> {
  const missing = plan.destructive.filter(({ name }) => !confirm.includes(name))
  if (missing.length > 0)
    throw new AppError(
      'invalid_input',
      `This loses data. Confirm by name: ${missing.map(({ name }) => name).join(', ')}.`,
      {
        path: 'confirm',
        details: { destructive: missing },
      },
    )
  const db = dataDb(trx)
  try {
    // A change waits for the transactions that use the table, and everyone else waits behind it: not for long, then.
    await db.executeQuery(CompiledQuery.raw(`set local lock_timeout = '5s'`))
    for (const statement of plan.statements) await db.executeQuery(CompiledQuery.raw(statement))
    await db.executeQuery(CompiledQuery.raw('set local lock_timeout = default'))
  } catch (error) {
    throw toDdlError(error)
  }
}

function withDefinitions(registry: CollectionRegistry, definitions: readonly Collection[]): CollectionRegistry {
  const rows = definitions.map((definition) => ({ name: definition.name, title: definition.title ?? null, definition }))
  return buildCollectionRegistry(rows, registry.systemCollections)
}

function replace(registry: CollectionRegistry, definition: Collection): CollectionRegistry {
  const definitions = registry.list().map((item) => (item.name === definition.name ? definition : item.definition))
  return withDefinitions(registry, definitions)
}

function writable(collection: ResolvedCollection): ResolvedCollection {
  if (collection.readOnly)
    throw new AppError('invalid_input', `"${collection.name}" belongs to the system.`, { path: 'name' })
  return collection
}

/** @throws AppError invalid_input with everything that is wrong with the definitions, paths as in the one that is changed */
function check(registry: CollectionRegistry, name: string): void {
  const items = registry.problems.map((item) => ({ ...item, path: item.path?.replace(`${name}.`, '') ?? '' }))
  for (const column of registry.find(name)?.columns.values() ?? []) {
    const index = registry.get(name).definition.fields.findIndex((field) => field.name === column.name)
    for (const { property, message } of columnFaults(column))
      items.push({ code: 'invalid_input', message: `${column.name}: ${message}`, path: `fields.${index}.${property}` })
  }
  const first = items[0]
  if (first) throw new AppError('invalid_input', first.message, { path: first.path, items })
}

function renameFields(definition: Collection, renames: Readonly<Record<string, string>>): Collection {
  const names = new Set(definition.fields.map((field) => field.name))
  for (const [from, to] of Object.entries(renames)) {
    if (!names.has(from))
      throw new AppError('invalid_input', `There is no field "${from}".`, { path: `renames.${from}` })
    if (names.has(to))
      throw new AppError('invalid_input', `There is a field "${to}" already.`, { path: `renames.${from}` })
  }
  const fields = definition.fields.map((field) =>
    Object.hasOwn(renames, field.name) ? { ...field, name: renames[field.name]! } : field,
  )
  return { ...definition, fields }
}

/** Losses under the names of the fields that cause them. */
function namedLosses(losses: readonly Loss[], collection: ResolvedCollection): SchemaPlan['destructive'] {
  return losses.map(({ table, column, reason }) => {
    if (
      table === collection.name &&
      column !== undefined &&
      collection.definition.fields.some(({ name }) => name === column)
    )
      return { name: column, reason }
    const cause = [...collection.associations.values()].find(({ type, foreignKey, target, through }) => {
      if (through)
        return through.table.name === table && (column === undefined || [foreignKey, through.otherKey].includes(column))
      return foreignKey === column && (type === 'belongsTo' ? collection : target).name === table
    })
    return { name: cause?.name ?? (column === undefined ? table : `${table}.${column}`), reason }
  })
}
