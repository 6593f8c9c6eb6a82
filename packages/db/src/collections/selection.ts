import type { Association, Column, ResolvedCollection } from './resolved-collection.ts'
import { visibleColumns } from './statements.ts'
import { invalid } from './values.ts'

/** Which part of a record is wanted. Lists, or text with commas; dotted names lead into associations. */
export interface PartOptions {
  fields?: string | readonly string[] | undefined
  except?: string | readonly string[] | undefined
  appends?: string | readonly string[] | undefined
}

/** A part of a record, checked: columns, and related records with their own part. */
export interface Selection {
  collection: ResolvedCollection
  columns: readonly Column[]
  related: ReadonlyMap<string, { association: Association; selection: Selection }>
}

const MAX_DEPTH = 5
const MAX_NAMES = 200

/** Every visible field, nothing appended. */
function plainSelection(collection: ResolvedCollection): Selection {
  return { collection, columns: visibleColumns(collection), related: new Map() }
}

/** `fields` names what is read (a dotted one appends its association), `except` what is not, `appends` the associations to load.
 *  @throws AppError invalid_input for unknown or hidden names */
export function parseSelection(collection: ResolvedCollection, options: PartOptions): Selection {
  const { fields, except, appends } = options
  if (fields === undefined && except === undefined && appends === undefined) return plainSelection(collection)
  return select(collection, names(fields, 'fields'), names(except, 'except') ?? [], names(appends, 'appends') ?? [], 0)
}

interface Name {
  parts: string[]
  path: string
}

/** @returns undefined when nothing was given, which is not the same as an empty list */
export function splitNames(value: string | readonly string[] | undefined): string[] | undefined {
  const list = typeof value === 'string' ? value.split(',') : value
  return list?.map((name) => name.trim()).filter((name) => name !== '')
}

function names(value: string | readonly string[] | undefined, path: string): Name[] | undefined {
  const list = splitNames(value)
  if (list && list.length > MAX_NAMES) throw invalid(`At most ${MAX_NAMES} names can be given.`, path)
  return list?.map((name) => ({ parts: name.split('.'), path: `${path}.${name}` }))
}

function select(
  collection: ResolvedCollection,
  fields: Name[] | undefined,
  except: Name[],
  appends: Name[],
  depth: number,
): Selection {
  const visible = visibleColumns(collection)
  const own = fields?.filter(({ parts }) => parts.length === 1)
  const wanted = own && new Set(own.map((name) => requireColumn(collection, name).name))
  const unwanted = new Set(
    except.filter(({ parts }) => parts.length === 1).map((name) => requireColumn(collection, name).name),
  )
  const columns = visible.filter(({ name }) => (wanted?.has(name) ?? true) && !unwanted.has(name))
  const related = new Map<string, { association: Association; selection: Selection }>()
  const nestedFields = fields?.filter(({ parts }) => parts.length > 1) ?? []
  for (const name of [...appends, ...nestedFields]) {
    const association = requireAssociation(collection, name)
    if (depth >= MAX_DEPTH) throw invalid(`Associations can be followed ${MAX_DEPTH} deep.`, name.path)
    if (related.has(association.name)) continue
    const inner = below(nestedFields, association)
    const selection = select(
      association.target,
      inner.length === 0 ? undefined : inner,
      below(except, association),
      below(appends, association),
      depth + 1,
    )
    related.set(association.name, { association, selection })
  }
  for (const name of except) if (name.parts.length > 1) requireAssociation(collection, name)
  return { collection, columns, related }
}

function below(list: readonly Name[], association: Association): Name[] {
  return list
    .filter(({ parts }) => parts.length > 1 && parts[0] === association.name)
    .map(({ parts, path }) => ({ parts: parts.slice(1), path }))
}

function requireColumn(collection: ResolvedCollection, { parts, path }: Name): Column {
  const column = collection.columns.get(parts[0]!)
  if (!column || column.hidden) throw invalid(`There is no field "${parts[0]}" in "${collection.name}".`, path)
  return column
}

function requireAssociation(collection: ResolvedCollection, { parts, path }: Name): Association {
  const association = collection.associations.get(parts[0]!)
  if (!association || association.hidden)
    throw invalid(`There is no association "${parts[0]}" in "${collection.name}".`, path)
  return association
}
