import { type Cursor, decodeCursor, type SortKey } from './cursor.ts'
import { type Filter, parseFilter } from './filter.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { type PartOptions, parseSelection, type Selection, splitNames } from './selection.ts'
import { invalid } from './values.ts'

export interface ListOptions extends PartOptions {
  filter?: unknown
  /** Field names, `-` in front for descending; a list, or text with commas. */
  sort?: string | readonly string[] | undefined
  /** From 1. */
  page?: number | undefined
  /** 1 to 1,000; default 20. */
  pageSize?: number | undefined
  /** `meta.next` of the page before, instead of `page`. */
  after?: string | undefined
  /** Count all that match; default true, false with `after`. */
  count?: boolean | undefined
}

export interface ListQuery {
  filter: Filter | undefined
  /** Ends with the id, so that the order is the same at every reading. */
  sort: SortKey[]
  selection: Selection
  page: number
  pageSize: number
  after: Cursor | undefined
  count: boolean
}

export const MAX_PAGE_SIZE = 1_000
const MAX_PAGE = 1_000_000_000
const MAX_SORT_KEYS = 16

/** @throws AppError invalid_input with the path of the option */
export function parseListOptions(collection: ResolvedCollection, options: ListOptions): ListQuery {
  const { filter, page = 1, pageSize = 20, after, count = after === undefined } = options
  if (after !== undefined && options.page !== undefined) throw invalid('Give either page or after.', 'after')
  const sort = parseSort(collection, options.sort)
  return {
    filter: filter === undefined || filter === null ? undefined : parseFilter(collection, filter),
    sort,
    selection: parseSelection(collection, options),
    page: within(page, MAX_PAGE, 'page'),
    pageSize: within(pageSize, MAX_PAGE_SIZE, 'pageSize'),
    after: after === undefined ? undefined : decodeCursor(sort, after),
    count,
  }
}

function within(value: number, max: number, path: string): number {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw invalid(`"${path}" is a whole number from 1 to ${max}.`, path)
  return value
}

function parseSort(collection: ResolvedCollection, sort: ListOptions['sort']): SortKey[] {
  const names = splitNames(sort) ?? []
  if (names.length > MAX_SORT_KEYS) throw invalid(`At most ${MAX_SORT_KEYS} fields can be sorted by.`, 'sort')
  const keys = new Map<string, SortKey>()
  for (const text of names) {
    const descending = text.startsWith('-')
    const name = descending ? text.slice(1) : text
    const column = collection.columns.get(name)
    if (!column || column.hidden) throw invalid(`There is no field "${name}" in "${collection.name}".`, `sort.${text}`)
    if (column.type === 'json' || column.type === 'multiEnum')
      throw invalid(`"${name}" can not be sorted by: it is of type ${column.type}.`, `sort.${text}`)
    if (!keys.has(name)) keys.set(name, { column, descending })
    // Nothing is left to order after the id.
    if (name === 'id') break
  }
  const last = [...keys.values()].at(-1)
  if (!keys.has('id')) keys.set('id', { column: collection.columns.get('id')!, descending: last?.descending ?? false })
  return [...keys.values()]
}
