import { AppError, isJsonObject } from '@ensue/engine/core'
import { columnParser } from './column-values.ts'
import type { Association, ResolvedCollection } from './resolved-collection.ts'
import { Fault, PARSERS, type Parse } from './scalar-values.ts'

export type Id = string | number

/** The plain part of a write: columns with what is bound to them, and the associations that were given, unread. */
export interface ParsedRow {
  names: string[]
  params: unknown[]
  related: { association: Association; value: unknown }[]
}

interface Writer {
  parsers: Map<string, Parse>
  /** Columns that an insert must name. */
  required: string[]
}

const writers = new WeakMap<ResolvedCollection, Writer>()

function writerOf(collection: ResolvedCollection): Writer {
  let writer = writers.get(collection)
  if (!writer) {
    const own = [...collection.columns.values()].filter((column) => !column.system)
    writer = {
      parsers: new Map(own.map((column) => [column.name, columnParser(column)])),
      required: own.filter((column) => column.required && column.default === undefined).map(({ name }) => name),
    }
    writers.set(collection, writer)
  }
  return writer
}

/** Checks values against the fields. A foreign key can be given as the column or as its association, not both.
 *  @param provided columns that the caller sets by itself
 *  @throws AppError invalid_input with the path of the field */
export function parseRow(
  collection: ResolvedCollection,
  values: unknown,
  mode: 'create' | 'update',
  path = 'values',
  provided?: string,
): ParsedRow {
  if (!isJsonObject(values)) throw invalid('Expected an object of field values.', path)
  if (collection.readOnly) throw invalid(`Records of "${collection.name}" can not be written here.`, path)
  const { parsers, required } = writerOf(collection)
  const row: ParsedRow = { names: [], params: [], related: [] }
  for (const name of Object.keys(values)) {
    const value: unknown = values[name]
    if (value === undefined) continue
    const parse = parsers.get(name)
    if (parse) {
      const parsed = parse(value)
      if (parsed instanceof Fault) throw invalid(`"${name}" ${parsed.message}`, `${path}.${name}`)
      if (name === provided) throw invalid(`"${name}" is given by where the record is created.`, `${path}.${name}`)
      row.names.push(name)
      row.params.push(parsed)
    } else row.related.push({ association: associationFor(collection, name, path), value })
  }
  for (const { association } of row.related)
    if (
      association.type === 'belongsTo' &&
      (row.names.includes(association.foreignKey) || association.foreignKey === provided)
    )
      throw invalid(`Give either "${association.name}" or "${association.foreignKey}".`, `${path}.${association.name}`)
  if (mode === 'create') requireAll(required, row, path, provided)
  return row
}

function associationFor(collection: ResolvedCollection, name: string, path: string): Association {
  if (collection.columns.get(name)?.system) throw invalid(`"${name}" is set by the system.`, `${path}.${name}`)
  const association = collection.associations.get(name)
  if (!association) throw invalid(`There is no field "${name}" in "${collection.name}".`, `${path}.${name}`)
  return association
}

function requireAll(required: readonly string[], row: ParsedRow, path: string, provided: string | undefined): void {
  for (const name of required) {
    if (name === provided || row.names.includes(name)) continue
    const owner = row.related.find(
      ({ association }) => association.type === 'belongsTo' && association.foreignKey === name,
    )
    if (!owner) throw invalid(`"${name}" is required.`, `${path}.${name}`)
  }
}

/** @throws AppError invalid_input when it can't be an id of the collection */
export function parseId(collection: ResolvedCollection, value: unknown, path: string): Id {
  const parsed = PARSERS[collection.idType](value)
  if (parsed instanceof Fault) throw invalid(`The id of a record of "${collection.name}" ${parsed.message}`, path)
  return parsed as Id
}

/** @throws AppError invalid_input */
export function parseIds(collection: ResolvedCollection, values: unknown, path: string): Id[] {
  if (!Array.isArray(values)) throw invalid('Expected a list of ids.', path)
  const unique = new Map(
    values.map((value, index) => {
      const id = parseId(collection, value, `${path}.${index}`)
      return [String(id), id]
    }),
  )
  return [...unique.values()]
}

export function invalid(message: string, path: string): AppError {
  return new AppError('invalid_input', message, { path })
}

/** Is this an association value that names a record by its id alone? */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number'
}
