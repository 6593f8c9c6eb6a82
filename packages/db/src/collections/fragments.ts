import { type RawBuilder, sql } from 'kysely'
import type { TableRef } from './identifiers.ts'
import type { Column, ResolvedCollection } from './resolved-collection.ts'
import type { Id } from './values.ts'

export function tableOf({ schema, name }: TableRef): RawBuilder<unknown> {
  return sql.id(schema, name)
}

export function columnOf(alias: string, name: string): RawBuilder<unknown> {
  return sql.id(alias, name)
}

/** Columns of a select or returning list. */
export function columnList(alias: string, columns: readonly Pick<Column, 'name'>[]): RawBuilder<unknown> {
  return columns.length === 0 ? sql`1` : sql.join(columns.map(({ name }) => columnOf(alias, name)))
}

/** Any number of ids in one parameter. */
export function idArray({ idType }: ResolvedCollection, ids: readonly Id[]): RawBuilder<unknown> {
  return sql`${[...ids]}::${sql.raw(idType)}[]`
}

export function idValue({ idType }: ResolvedCollection, id: Id): RawBuilder<unknown> {
  return sql`${id}::${sql.raw(idType)}`
}
