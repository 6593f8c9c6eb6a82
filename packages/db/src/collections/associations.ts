import { AppError } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type Actor, type RecordData, run } from './data-db.ts'
import { insertRelated } from './execute-plan.ts'
import { tableOf } from './fragments.ts'
import { linkRelated, unlinkRelated } from './links.ts'
import type { ListOptions } from './query.ts'
import { type ListReply, listRecords, readTarget } from './records.ts'
import type { Association, ResolvedCollection } from './resolved-collection.ts'
import { toRecord } from './statements.ts'
import { type Id, invalid, parseId, parseIds } from './values.ts'
import { planRecords } from './write-records.ts'

/** The association of that name that a caller may use.
 *  @throws AppError invalid_input */
export function getAssociation(collection: ResolvedCollection, name: string): Association {
  const association = collection.associations.get(name)
  if (!association || association.hidden)
    throw invalid(`There is no association "${name}" in "${collection.name}".`, 'association')
  return association
}

/** The related records of one record, as a list.
 *  @throws AppError not_found, invalid_input */
export async function listRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  id: unknown,
  name: string,
  options: ListOptions = {},
): Promise<ListReply> {
  const association = getAssociation(collection, name)
  const owner = parseId(collection, id, 'id')
  await requireOwner(db, association, owner, false)
  return listRecords(db, association.target, options, { association, id: owner })
}

/** Relates more records to a to-many association.
 *  @returns the records added
 *  @throws AppError not_found, invalid_input when a record does not exist */
export function addRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  id: unknown,
  name: string,
  ids: unknown,
  options: { actor: Actor },
): Promise<RecordData[]> {
  return changeRelated(db, collection, id, name, ids, async (association, owner, targets) => {
    await linkRelated(db, association, owner, targets, options.actor, 'targets')
  })
}

/** Relates exactly these records. */
export function setRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  id: unknown,
  name: string,
  ids: unknown,
  options: { actor: Actor },
): Promise<RecordData[]> {
  return changeRelated(db, collection, id, name, ids, async (association, owner, targets) => {
    await unlinkRelated(db, association, owner, { except: targets }, options.actor)
    await linkRelated(db, association, owner, targets, options.actor, 'targets')
  })
}

/** Ends the relation with these records; they stay. */
export function removeRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  id: unknown,
  name: string,
  ids: unknown,
  options: { actor: Actor },
): Promise<RecordData[]> {
  return changeRelated(db, collection, id, name, ids, (association, owner, targets) =>
    unlinkRelated(db, association, owner, { only: targets }, options.actor),
  )
}

/** Creates records and relates them to the record.
 *  @throws AppError not_found, invalid_input, conflict */
export async function createRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  id: unknown,
  name: string,
  values: readonly unknown[],
  { actor }: { actor: Actor },
): Promise<RecordData[]> {
  const association = requireToMany(getAssociation(collection, name))
  const plans = planRecords(association.target, values, association.through ? undefined : association.foreignKey)
  const owner = parseId(collection, id, 'id')
  await requireOwner(db, association, owner, true)
  const rows = await insertRelated(db, association, owner, plans, actor)
  return rows.map((row) => toRecord(association.target, row))
}

async function changeRelated(
  db: DbOrTrx,
  collection: ResolvedCollection,
  id: unknown,
  name: string,
  ids: unknown,
  change: (association: Association, owner: Id, targets: Id[]) => Promise<void>,
): Promise<RecordData[]> {
  const association = requireToMany(getAssociation(collection, name))
  const owner = parseId(collection, id, 'id')
  const targets = parseIds(association.target, ids, 'targets')
  await requireOwner(db, association, owner, true)
  await change(association, owner, targets)
  return readTarget(db, association.target, { ids: targets })
}

function requireToMany(association: Association): Association {
  if (association.toMany) return association
  throw invalid(`"${association.name}" holds one record: update its field instead.`, 'association')
}

/** @param lock so that changes of one record's associations take turns, and it is not destroyed meanwhile */
async function requireOwner(db: DbOrTrx, { source }: Association, owner: Id, lock: boolean): Promise<void> {
  const [row] = await run(
    db,
    source,
    sql`select 1 from ${tableOf(source.table)} where "id" = ${owner}${lock ? sql` for no key update` : sql``}`,
  )
  if (!row) throw new AppError('not_found', `There is no record ${owner} in "${source.name}".`, { path: 'id' })
}
