import type { Json } from '@ensue/engine/core'
import { type RawBuilder, sql } from 'kysely'
import type { RecordData } from './data-db.ts'
import { columnOf } from './fragments.ts'
import type { Column } from './resolved-collection.ts'
import { Fault, PARSERS, SQL_TYPES } from './scalar-values.ts'
import { invalid } from './values.ts'

export interface SortKey {
  column: Column
  descending: boolean
}

/** A place in a sorted list: the values of the sort keys of the last record seen. */
export type Cursor = readonly unknown[]

const signature = (keys: readonly SortKey[]) =>
  keys.map(({ column, descending }) => `${descending ? '-' : ''}${column.name}`).join()

export function encodeCursor(keys: readonly SortKey[], record: RecordData): string {
  const values = keys.map(({ column }) => record[column.name] ?? null)
  return Buffer.from(JSON.stringify([signature(keys), ...values])).toString('base64url')
}

/** @throws AppError invalid_input when it was not made for this order */
export function decodeCursor(keys: readonly SortKey[], text: string): Cursor {
  const fail = () => invalid('The cursor is not one of a list in this order.', 'after')
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw fail()
  }
  if (!Array.isArray(parts) || parts.length !== keys.length + 1 || parts[0] !== signature(keys)) throw fail()
  return keys.map(({ column }, index) => {
    const value: Json = parts[index + 1]
    if (value === null && !column.required) return null
    // A float may be read back as the integer it equals; every other value reads as it was written.
    const parsed = PARSERS[column.type](value)
    if (parsed instanceof Fault) throw fail()
    return parsed
  })
}

/** The rows after the cursor, in the order of PostgreSQL: empty values last when ascending, first when descending. */
export function afterSql(keys: readonly SortKey[], cursor: Cursor, alias: string): RawBuilder<boolean> {
  const parts = keys.map(({ column, descending }, index) => ({
    column: columnOf(alias, column.name),
    value: cursor[index] === null ? null : sql`${cursor[index]}::${sql.raw(SQL_TYPES[column.type])}`,
    descending,
  }))
  // One comparison of rows is what an index can serve.
  if (keys.every(({ column, descending }) => column.required && descending === keys[0]!.descending)) {
    const row = sql.join(parts.map((part) => part.column))
    const place = sql.join(parts.map((part) => part.value))
    return keys[0]!.descending ? sql<boolean>`(${row}) < (${place})` : sql<boolean>`(${row}) > (${place})`
  }
  const steps = parts.map(({ column, value, descending }, index) => {
    const same = parts.slice(0, index).map((part) => sql`${part.column} is not distinct from ${part.value}`)
    if (value === null) return sql.join([...same, descending ? sql`${column} is not null` : sql`false`], sql` and `)
    const beyond = descending ? sql`${column} < ${value}` : sql`(${column} > ${value} or ${column} is null)`
    return sql.join([...same, beyond], sql` and `)
  })
  return sql<boolean>`(${sql.join(
    steps.map((step) => sql`(${step})`),
    sql` or `,
  )})`
}

export function orderSql(keys: readonly SortKey[], alias: string): RawBuilder<unknown> {
  return sql.join(
    keys.map(({ column, descending }) => sql`${columnOf(alias, column.name)} ${descending ? sql`desc` : sql`asc`}`),
  )
}
