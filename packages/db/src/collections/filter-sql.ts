import { type RawBuilder, sql } from 'kysely'
import type { Filter } from './filter.ts'
import { operatorSql } from './filter-operators.ts'
import { columnOf, idArray, tableOf } from './fragments.ts'
import { matchesNothing } from './match-filter.ts'
import type { Association } from './resolved-collection.ts'

/** The condition on the rows of the table `alias`. True or not true; an unknown within counts as false. */
export function filterSql(filter: Filter, alias: string, depth = 0): RawBuilder<boolean> {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      if (filter.of.length === 0) return filter.kind === 'and' ? sql<boolean>`true` : sql<boolean>`false`
      const parts = filter.of.map((part) => filterSql(part, alias, depth))
      return sql<boolean>`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      return sql<boolean>`(${filterSql(filter.of, alias, depth)}) is not true`
    case 'test':
      return sql<boolean>`(${operatorSql(filter.operator, columnOf(alias, filter.column.name), filter.operand, filter.column.type)})`
    case 'related':
      return relatedSql(filter, alias, depth)
    case 'linked':
      return linkedSql(filter, alias, depth)
  }
}

function relatedSql({ association, of }: Extract<Filter, { kind: 'related' }>, alias: string, depth: number) {
  const target = `t${depth}`
  const condition = filterSql(of, target, depth + 1)
  // There is one record or none. With none the condition is on empty fields; if that is true, only a record can make it false.
  return !association.toMany && matchesNothing(of)
    ? sql<boolean>`not ${existing(association, alias, target, sql`(${condition}) is not true`)}`
    : existing(association, alias, target, condition)
}

function linkedSql({ association, ids }: Extract<Filter, { kind: 'linked' }>, alias: string, depth: number) {
  const { type, target, foreignKey, through } = association
  if (type === 'belongsTo') {
    const key = columnOf(alias, foreignKey)
    return ids ? sql<boolean>`${key} = any(${idArray(target, ids)})` : sql<boolean>`${key} is not null`
  }
  const name = `t${depth}`
  if (!ids) return existing(association, alias, name, sql`true`)
  if (!through) return existing(association, alias, name, sql`${columnOf(name, 'id')} = any(${idArray(target, ids)})`)
  return sql<boolean>`exists (select 1 from ${tableOf(through.table)} as ${sql.id(name)}
    where ${columnOf(name, foreignKey)} = ${columnOf(alias, 'id')} and ${columnOf(name, through.otherKey)} = any(${idArray(target, ids)}))`
}

/** There is a record, called `name`, that is related to the row `alias` and meets the condition. */
function existing(
  association: Association,
  alias: string,
  name: string,
  condition: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const { type, target, foreignKey, through } = association
  const table = sql`${tableOf(target.table)} as ${sql.id(name)}`
  if (!through) {
    const link =
      type === 'belongsTo'
        ? sql`${columnOf(name, 'id')} = ${columnOf(alias, foreignKey)}`
        : sql`${columnOf(name, foreignKey)} = ${columnOf(alias, 'id')}`
    return sql<boolean>`exists (select 1 from ${table} where ${link} and ${condition})`
  }
  const join = `j${name}`
  return sql<boolean>`exists (select 1 from ${tableOf(through.table)} as ${sql.id(join)}
    join ${table} on ${columnOf(name, 'id')} = ${columnOf(join, through.otherKey)}
    where ${columnOf(join, foreignKey)} = ${columnOf(alias, 'id')} and ${condition})`
}
