import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type Actor, run } from './data-db.ts'
import { columnOf, idArray, idValue, tableOf } from './fragments.ts'
import type { Association } from './resolved-collection.ts'
import { type Id, invalid } from './values.ts'

/** Relates the records to the owner, on top of those that are.
 *  @throws AppError invalid_input when one does not exist */
export async function linkRelated(
  db: DbOrTrx,
  association: Association,
  owner: Id,
  ids: readonly Id[],
  actor: Actor,
  path: string,
): Promise<void> {
  if (ids.length === 0) return
  const { source, target, foreignKey, through } = association
  if (through) {
    await run(
      db,
      through.collection ?? source,
      sql`insert into ${tableOf(through.table)} (${sql.id(foreignKey)}, ${sql.id(through.otherKey)})
        select ${idValue(source, owner)}, id from unnest(${idArray(target, ids)}) as id
        on conflict (${sql.id(foreignKey)}, ${sql.id(through.otherKey)}) do nothing`,
      actor,
    )
    return
  }
  const linked = await run(
    db,
    target,
    sql`update ${tableOf(target.table)} set ${sql.id(foreignKey)} = ${owner}, "updatedAt" = now(), "updatedBy" = ${actor.userId}
      where "id" = any(${idArray(target, ids)}) returning "id"`,
    actor,
  )
  const found = new Set(linked.map(({ id }) => String(id)))
  const missing = ids.find((id) => !found.has(String(id)))
  if (missing !== undefined) throw invalid(`There is no record ${missing} in "${target.name}".`, path)
}

/** Ends the relation with these records, or with all but these. Records of hasOne and hasMany stay, with an empty foreign key.
 *  @throws AppError invalid_input when that key is required */
export async function unlinkRelated(
  db: DbOrTrx,
  association: Association,
  owner: Id,
  which: { only: readonly Id[] } | { except: readonly Id[] },
  actor: Actor,
): Promise<void> {
  const { source, target, foreignKey, through } = association
  const key = sql.id(through ? through.otherKey : 'id')
  const chosen =
    'only' in which
      ? sql`${key} = any(${idArray(target, which.only)})`
      : sql`not (${key} = any(${idArray(target, which.except)}))`
  if (through) {
    const table = tableOf(through.table)
    await run(
      db,
      through.collection ?? source,
      sql`delete from ${table} where ${sql.id(foreignKey)} = ${owner} and ${chosen}`,
      actor,
    )
    return
  }
  await run(
    db,
    target,
    sql`update ${tableOf(target.table)} set ${sql.id(foreignKey)} = null, "updatedAt" = now(), "updatedBy" = ${actor.userId}
      where ${sql.id(foreignKey)} = ${owner} and ${chosen}`,
    actor,
  )
}

/** Is a record of the target's table `alias` related to the owner? */
export function isRelatedTo(association: Association, owner: Id, alias: string) {
  const { type, source, foreignKey, through } = association
  if (type === 'belongsTo')
    return sql<boolean>`${columnOf(alias, 'id')} = (select ${sql.id(foreignKey)} from ${tableOf(source.table)} where "id" = ${owner})`
  if (!through) return sql<boolean>`${columnOf(alias, foreignKey)} = ${owner}`
  return sql<boolean>`exists (select 1 from ${tableOf(through.table)} as j
    where ${columnOf('j', through.otherKey)} = ${columnOf(alias, 'id')} and ${columnOf('j', foreignKey)} = ${owner})`
}
