import { AppError, type Json } from '@ensue/engine/core'
import { type FilterTree, parseFilter } from './filter.ts'
import {
  type Association,
  type CollectionRegistry,
  type Column,
  followPath,
  type ResolvedCollection,
} from './registry.ts'

export const MAX_PAGE_SIZE = 1_000
const MAX_APPENDS_DEPTH = 3

/** What a caller asks of a list or of one record, as sent. */
export interface ReadOptions {
  filter?: Json
  sort?: string | readonly string[]
  fields?: string | readonly string[]
  except?: string | readonly string[]
  appends?: string | readonly string[]
  page?: number
  pageSize?: number
  /** The id of the last record of the page before; instead of `page`. */
  after?: Json
}

/** Associations to load, as a tree. */
export type Appends = Map<string, { association: Association; target: ResolvedCollection; below: Appends }>

export interface ParsedRead {
  filter: FilterTree | undefined
  sort: { column: Column; descending: boolean }[]
  columns: Column[]
  appends: Appends
  page: number
  pageSize: number
  after: Json | undefined
}

const asList = (value: string | readonly string[] | undefined): string[] =>
  (typeof value === 'string' ? value.split(',') : [...(value ?? [])])
    .map((item) => item.trim())
    .filter((item) => item !== '')

function refuse(path: string, message: string): never {
  throw new AppError('invalid_input', message, { path })
}

/** @throws AppError `invalid_input` with the option that is wrong */
export function parseRead(
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  options: ReadOptions,
): ParsedRead {
  const columnOf = (name: string, option: string) => {
    const column = collection.columns.get(name)
    if (!column || column.field.hidden) refuse(option, `${collection.name} has no field "${name}".`)
    return column
  }
  const page = options.page ?? 1
  const pageSize = options.pageSize ?? 20
  if (!Number.isInteger(page) || page < 1 || page > 1_000_000) refuse('page', 'page is a whole number from 1 on.')
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE)
    refuse('pageSize', `pageSize is a whole number from 1 to ${MAX_PAGE_SIZE}.`)
  const sort = asList(options.sort).map((term) => ({
    column: columnOf(term.replace(/^[-+]/, ''), 'sort'),
    descending: term.startsWith('-'),
  }))
  if (options.after !== undefined && (sort.length > 1 || (sort[0] && sort[0].column.name !== 'id')))
    refuse('after', 'after works on lists sorted by id only; use page for other orders.')
  const fields = asList(options.fields)
  const except = new Set(asList(options.except))
  for (const name of except) if (!collection.associations.has(name)) columnOf(name, 'except')
  const columns =
    fields.length > 0
      ? ['id', ...fields.filter((name) => name !== 'id' && !collection.associations.has(name))].map((name) =>
          columnOf(name, 'fields'),
        )
      : visibleColumns(collection).filter((column) => column.name === 'id' || !except.has(column.name))
  return {
    filter:
      options.filter === undefined || options.filter === null
        ? undefined
        : parseFilter(registry, collection, options.filter),
    sort,
    columns: columns.filter((column) => !except.has(column.name) || column.name === 'id'),
    appends: parseAppends(registry, collection, [
      ...asList(options.appends),
      ...fields.filter((name) => collection.associations.has(name)),
    ]),
    page,
    pageSize,
    after: options.after,
  }
}

const visible = new WeakMap<ResolvedCollection, Column[]>()

/** The columns that may be read: all that are not hidden. */
export function visibleColumns(collection: ResolvedCollection): Column[] {
  let columns = visible.get(collection)
  if (!columns) {
    columns = [...collection.columns.values()].filter((column) => !column.field.hidden)
    visible.set(collection, columns)
  }
  return columns
}

/** Reads paths like `category` and `tags.name` into a tree; a last step that is a field of the target is let go. */
export function parseAppends(
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  paths: readonly string[],
): Appends {
  const tree: Appends = new Map()
  for (const path of paths) {
    const steps = path.split('.')
    if (steps.length > MAX_APPENDS_DEPTH + 1)
      refuse('appends', `Associations can be loaded ${MAX_APPENDS_DEPTH} levels deep at most.`)
    let from = collection
    let level = tree
    for (const [index, step] of steps.entries()) {
      const association = from.associations.get(step)
      const target = association && followPath(registry, from, step)?.target
      if (!association || !target) {
        if (index > 0 && index === steps.length - 1 && from.columns.has(step)) break
        refuse('appends', `${from.name} has no association "${step}".`)
      }
      const entry = level.get(step) ?? { association, target, below: new Map() }
      level.set(step, entry)
      from = target
      level = entry.below
    }
  }
  return tree
}
