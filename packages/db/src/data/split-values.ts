import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import type { Association, CollectionRegistry, ResolvedCollection } from './registry.ts'
import { convertersOf } from './values.ts'

/** The value of an association in a record's values: what to link or create. */
export interface NestedValue {
  association: Association
  target: ResolvedCollection
  value: Json
  path: string
}

/** Parts values into columns, converted, and associations.
 *  @throws AppError `invalid_input` unknown field, system field, wrong type, required one missing: with its path */
export function splitValues(
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  input: JsonObject,
  path: string,
  mode: 'create' | 'update',
): { values: Record<string, unknown>; nested: NestedValue[] } {
  if (collection.readOnly) throw new AppError('forbidden', `${collection.name} cannot be written as records.`)
  const converters = convertersOf(collection)
  const values: Record<string, unknown> = {}
  const nested: NestedValue[] = []
  for (const [name, value] of Object.entries(input)) {
    const column = collection.columns.get(name)
    if (column) {
      if (column.system && !(name === 'id' && mode === 'create'))
        throw new AppError('invalid_input', `${name} is set by the system.`, { path: `${path}.${name}` })
      if (name === 'id' && (value === null || value === undefined)) continue
      // A missing value leaves the default; null is a value.
      if (value !== undefined) values[name] = converters.get(name)!(value, `${path}.${name}`)
      continue
    }
    const association = collection.associations.get(name)
    const target = association && registry.get(association.target)
    if (!association || !target)
      throw new AppError('invalid_input', `${collection.name} has no field "${name}".`, { path: `${path}.${name}` })
    nested.push({ association, target, value, path: `${path}.${name}` })
  }
  if (mode === 'create') requireAll(collection, values, nested, path)
  return { values, nested }
}

function requireAll(
  collection: ResolvedCollection,
  values: Record<string, unknown>,
  nested: NestedValue[],
  path: string,
): void {
  for (const field of collection.definition.fields) {
    if (!field.required || field.default !== undefined) continue
    const association = collection.associations.get(field.name)
    const present = association
      ? values[association.foreignKey] !== undefined ||
        nested.some((one) => one.association === association && one.value !== null)
      : values[field.name] !== undefined
    if (!present) throw new AppError('invalid_input', `${field.name} is required.`, { path: `${path}.${field.name}` })
  }
}
