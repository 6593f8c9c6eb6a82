import { newId } from '@ensue/engine/core'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type Actor, type Row, run, runText } from './data-db.ts'
import { columnList, idArray, tableOf } from './fragments.ts'
import { linkRelated, unlinkRelated } from './links.ts'
import type { Association, ResolvedCollection } from './resolved-collection.ts'
import { insertText, updateText, visibleColumns } from './statements.ts'
import { type Id, invalid } from './values.ts'
import type { RelatedWrite, WritePlan } from './write-plan.ts'

interface Insertion {
  names: string[]
  params: unknown[]
}

/** Inserts the record and what is nested in it; one statement when nothing is. Returns the row as read.
 *  @param fixed a foreign key that the place of the record gives */
export async function insertPlan(
  db: DbOrTrx,
  plan: WritePlan,
  actor: Actor,
  fixed?: { name: string; value: unknown },
): Promise<Row> {
  const { collection } = plan
  const insertion = await insertionOf(db, plan, actor, fixed)
  const text = (attributed: boolean) => insertText(collection, insertion.names, attributed)
  const [row] = await runText(db, collection, text, insertion.params, actor)
  for (const { association, items } of plan.children)
    await writeChildren(db, association, row!.id as Id, items, actor, false)
  return row!
}

/** Inserts records in the order given, in as few statements as PostgreSQL's limit of parameters allows. */
export async function insertPlans(
  db: DbOrTrx,
  plans: readonly WritePlan[],
  actor: Actor,
  fixed?: { name: string; value: unknown },
): Promise<Row[]> {
  const rows: Row[] = []
  const [first] = plans
  if (!first) return rows
  if (plans.length === 1 || plans.some(({ parents, children }) => parents.length + children.length > 0)) {
    for (const plan of plans) rows.push(await insertPlan(db, plan, actor, fixed))
    return rows
  }
  const insertions = await Promise.all(plans.map((plan) => insertionOf(db, plan, actor, fixed)))
  const names = [...new Set(insertions.flatMap((insertion) => insertion.names))]
  const size = Math.floor(MAX_PARAMETERS / names.length)
  for (let at = 0; at < insertions.length; at += size)
    rows.push(...(await insertMany(db, first.collection, names, insertions.slice(at, at + size), actor)))
  return rows
}

const MAX_PARAMETERS = 65_535

async function insertionOf(
  db: DbOrTrx,
  plan: WritePlan,
  actor: Actor,
  fixed: { name: string; value: unknown } | undefined,
): Promise<Insertion> {
  const parents = plan.parents.length === 0 ? undefined : await writeParents(db, plan, actor)
  const names = [...plan.names, ...(parents?.names ?? []), 'createdBy', 'updatedBy']
  const params = [...plan.params, ...(parents?.params ?? []), actor.userId, actor.userId]
  if (fixed) {
    names.push(fixed.name)
    params.push(fixed.value)
  }
  if (plan.collection.idType === 'uuid') {
    names.push('id')
    params.push(newId())
  }
  return { names, params }
}

function insertMany(
  db: DbOrTrx,
  collection: ResolvedCollection,
  names: string[],
  insertions: Insertion[],
  actor: Actor,
): Promise<Row[]> {
  const tuples = insertions.map((insertion) => {
    const at = new Map(insertion.names.map((name, index) => [name, index]))
    const cells = names.map((name) => (at.has(name) ? sql`${insertion.params[at.get(name)!]}` : sql`default`))
    return sql`(${sql.join(cells)})`
  })
  return run(
    db,
    collection,
    sql`insert into ${tableOf(collection.table)} as r (${sql.join(names.map((name) => sql.id(name)))})
      values ${sql.join(tuples)} returning ${columnList('r', visibleColumns(collection))}`,
    actor,
  )
}

/** Updates these records and what is nested in the values. Returns the rows that exist, as read.
 *  @throws AppError invalid_input for related records of several records at once */
export async function updatePlan(db: DbOrTrx, ids: readonly Id[], plan: WritePlan, actor: Actor): Promise<Row[]> {
  const { collection, children } = plan
  if (ids.length > 1 && children.length > 0)
    throw invalid('Related records can be given for one record at a time.', `values.${children[0]!.association.name}`)
  const { names, params } = await settingsOf(db, plan, actor)
  const rows =
    ids.length === 1
      ? await runText(
          db,
          collection,
          (attributed) => updateText(collection, names, attributed),
          [...params, ids[0]],
          actor,
        )
      : await run(db, collection, updateMany(collection, names, params, ids), actor)
  for (const row of rows)
    for (const { association, items } of children)
      await writeChildren(db, association, row.id as Id, items, actor, true)
  return rows
}

async function settingsOf(db: DbOrTrx, plan: WritePlan, actor: Actor): Promise<Insertion> {
  const parents = plan.parents.length === 0 ? undefined : await writeParents(db, plan, actor)
  return {
    names: [...plan.names, ...(parents?.names ?? []), 'updatedBy'],
    params: [...plan.params, ...(parents?.params ?? []), actor.userId],
  }
}

function updateMany(collection: ResolvedCollection, names: string[], params: unknown[], ids: readonly Id[]) {
  const settings = names.map((name, index) => sql`${sql.id(name)} = ${params[index]}`)
  return sql`update ${tableOf(collection.table)} as r set ${sql.join(settings)}, "updatedAt" = now()
    where r."id" = any(${idArray(collection, ids)}) returning ${columnList('r', visibleColumns(collection))}`
}

async function writeParents(db: DbOrTrx, plan: WritePlan, actor: Actor): Promise<Insertion> {
  const insertion: Insertion = { names: [], params: [] }
  for (const { association, item } of plan.parents) {
    insertion.names.push(association.foreignKey)
    insertion.params.push(await writeItem(db, association, item, actor))
  }
  return insertion
}

/** @returns the id of the written record */
async function writeItem(db: DbOrTrx, association: Association, { id, plan }: RelatedWrite, actor: Actor): Promise<Id> {
  if (id === undefined) return (await insertPlan(db, plan!, actor)).id as Id
  const updated = plan ? await updatePlan(db, [id], plan, actor) : []
  if (updated.length === 0)
    throw invalid(`There is no record ${id} in "${association.target.name}".`, `values.${association.name}`)
  return id
}

/** Relates exactly these records to the owner; a new owner has none yet. */
async function writeChildren(
  db: DbOrTrx,
  association: Association,
  owner: Id,
  items: readonly RelatedWrite[],
  actor: Actor,
  isExisting: boolean,
): Promise<void> {
  const links = items.flatMap(({ id }) => (id === undefined ? [] : [id]))
  if (isExisting) await unlinkRelated(db, association, owner, { except: links }, actor)
  await linkRelated(db, association, owner, links, actor, `values.${association.name}`)
  for (const { id, plan } of items) if (id !== undefined && plan) await updatePlan(db, [id], plan, actor)
  const creations = items.flatMap(({ id, plan }) => (id === undefined && plan ? [plan] : []))
  await insertRelated(db, association, owner, creations, actor)
}

/** Creates records and relates them to the owner. */
export async function insertRelated(
  db: DbOrTrx,
  association: Association,
  owner: Id,
  plans: readonly WritePlan[],
  actor: Actor,
): Promise<Row[]> {
  if (!association.through) return insertPlans(db, plans, actor, { name: association.foreignKey, value: owner })
  const rows = await insertPlans(db, plans, actor)
  await linkRelated(
    db,
    association,
    owner,
    rows.map((row) => row.id as Id),
    actor,
    `values.${association.name}`,
  )
  return rows
}
