import type { Json } from '@ensue/engine/core'
import { actorIsSet } from '../attribution.ts'
import { prepared } from '../prepared.ts'
import { wireConverter } from './column-values.ts'
import type { RecordData, Row } from './data-db.ts'
import { quoteName, quoteTable } from './identifiers.ts'
import type { Column, ResolvedCollection } from './resolved-collection.ts'

/** SQL texts of a collection, each made once for the columns it names: what is written the most is compiled the least. */
interface Statements {
  returning: string
  /** Types of what is returned: they are not in the texts, and a prepared statement can't change them. */
  types: string
  insert: Map<string, string>
  update: Map<string, string>
}

// Callers choose which columns they write, so the number of texts must not be theirs to choose.
const MAX_TEXTS = 256
const cache = new WeakMap<ResolvedCollection, Statements>()

function statementsOf(collection: ResolvedCollection): Statements {
  let statements = cache.get(collection)
  if (!statements) {
    const returning = visibleColumns(collection)
      .map(({ name }) => quoteName(name))
      .join(', ')
    const types = visibleColumns(collection)
      .map(({ type }) => type)
      .join()
    statements = { returning, types, insert: new Map(), update: new Map() }
    cache.set(collection, statements)
  }
  return statements
}

function cached(
  texts: Map<string, string>,
  names: readonly string[],
  types: string,
  attributed: boolean,
  make: () => string,
): string {
  const key = attributed ? `${names.join()} ` : names.join()
  let text = texts.get(key)
  if (text === undefined) {
    if (texts.size >= MAX_TEXTS) texts.clear()
    text = prepared(make(), types)
    texts.set(key, text)
  }
  return text
}

/** Inserts one row; parameters in the order of `names`. Returns the visible columns.
 *  @param attributed one parameter more says who writes */
export function insertText(collection: ResolvedCollection, names: readonly string[], attributed = false): string {
  const { insert, returning, types } = statementsOf(collection)
  return cached(insert, names, types, attributed, () => {
    const columns = names.map(quoteName).join(', ')
    const parameters = names.map((_, index) => `$${index + 1}`).join(', ')
    const values = attributed ? `select ${parameters} where ${actorIsSet(names.length + 1)}` : `values (${parameters})`
    return `insert into ${quoteTable(collection.table)} (${columns}) ${values} returning ${returning}`
  })
}

/** Updates one row by its id, the parameter after those of `names`. Returns the visible columns.
 *  @param attributed one parameter more says who writes */
export function updateText(collection: ResolvedCollection, names: readonly string[], attributed = false): string {
  const { update, returning, types } = statementsOf(collection)
  return cached(update, names, types, attributed, () => {
    const settings = [...names.map((name, index) => `${quoteName(name)} = $${index + 1}`), '"updatedAt" = now()']
    return `update ${quoteTable(collection.table)} set ${settings.join(', ')} where "id" = $${names.length + 1}
      ${attributed ? `and ${actorIsSet(names.length + 2)} ` : ''}returning ${returning}`
  })
}

const visible = new WeakMap<ResolvedCollection, Column[]>()

/** The columns that a caller may see. */
export function visibleColumns(collection: ResolvedCollection): Column[] {
  let columns = visible.get(collection)
  if (!columns) {
    columns = [...collection.columns.values()].filter((column) => !column.hidden)
    visible.set(collection, columns)
  }
  return columns
}

const converters = new WeakMap<ResolvedCollection, { name: string; convert: (value: unknown) => Json }[]>()

/** A row as the driver reads it becomes a record in wire form, in place. */
export function toRecord(collection: ResolvedCollection, row: Row): RecordData {
  let known = converters.get(collection)
  if (!known) {
    known = [...collection.columns.values()].flatMap(({ name, type }) => {
      const convert = wireConverter(type)
      return convert ? [{ name, convert }] : []
    })
    converters.set(collection, known)
  }
  for (const { name, convert } of known) if (name in row) row[name] = convert(row[name])
  return row as RecordData
}
