import { AppError, isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'
import { CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { prepared } from '../prepared.ts'
import { visibleColumns } from './list-options.ts'
import { idOf, rowsOf, toRecord } from './read-records.ts'
import { toRecordError } from './record-errors.ts'
import type { Association, CollectionRegistry, ResolvedCollection } from './registry.ts'
import { type NestedValue, splitValues } from './split-values.ts'

/** Who writes: fills `createdBy` and `updatedBy`. */
export interface Writer {
  userId: string | null
}

const MAX_NESTING = 5
const tableOf = (collection: ResolvedCollection) => sql.id(...collection.table)

// The text of `insert … returning` is the same for the same set of fields: made once.
const insertTexts = new WeakMap<ResolvedCollection, Map<string, string>>()

function insertText(collection: ResolvedCollection, names: readonly string[]): string {
  let texts = insertTexts.get(collection)
  if (!texts) {
    texts = new Map()
    insertTexts.set(collection, texts)
  }
  const key = names.join(',')
  let text = texts.get(key)
  if (text === undefined) {
    const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
    const table = collection.table.map(quote).join('.')
    const list = visibleColumns(collection)
      .map((column) => quote(column.name))
      .join(', ')
    text =
      names.length === 0
        ? `insert into ${table} default values returning ${list}`
        : `insert into ${table} (${names.map(quote).join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')}) returning ${list}`
    if (texts.size < 200) texts.set(key, prepared(text, resultTypes(collection)))
  }
  return text
}

const resultTypes = (collection: ResolvedCollection) =>
  visibleColumns(collection)
    .map((column) => column.type)
    .join()

/** Creates one record, with what its values nest. Without nested values it is one statement. */
export async function createRecord(
  trx: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  input: JsonObject,
  writer: Writer,
  path = 'values',
  depth = 0,
): Promise<JsonObject> {
  const { values, nested } = splitValues(registry, collection, input, path, 'create')
  if (writer.userId !== null) {
    values.createdBy = writer.userId
    values.updatedBy = writer.userId
  }
  const before = nested.filter((one) => one.association.type === 'belongsTo')
  for (const one of before)
    Object.assign(values, await writeNested(trx, registry, collection, one, undefined, writer, depth))
  const names = Object.keys(values)
  let rows: unknown[]
  try {
    const db = trx.withoutPlugins()
    rows = (await db.executeQuery(CompiledQuery.raw(insertText(collection, names), Object.values(values)))).rows
  } catch (error) {
    throw toRecordError(error, collection.name)
  }
  const record = toRecord(rows[0] as Record<string, unknown>, visibleColumns(collection))
  for (const one of nested)
    if (one.association.type !== 'belongsTo')
      await writeNested(trx, registry, collection, one, record.id, writer, depth)
  return record
}

/** Writes what the values of a record nest: links records by id, creates those that are given as objects, and replaces what was
 *  linked before. For a belongsTo it answers the foreign key; the others need the id of the record. */
export async function writeNested(
  trx: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  { association, target, value, path }: NestedValue,
  id: Json | undefined,
  writer: Writer,
  depth: number,
): Promise<Record<string, unknown>> {
  if (depth >= MAX_NESTING)
    throw new AppError('invalid_input', `Values can nest ${MAX_NESTING} levels deep at most.`, { path })
  const link = (item: Json, at: string, extra: JsonObject = {}) =>
    idOrCreate(trx, registry, target, item, at, extra, writer, depth)
  if (association.type === 'belongsTo')
    return { [association.foreignKey]: value === null ? null : await link(value, path) }
  const items = association.toMany ? value : value === null ? [] : [value]
  if (!Array.isArray(items))
    throw new AppError('invalid_input', `${association.name} takes a list of ids or records.`, { path })
  const own: RawBuilder<unknown>[] = []
  if (association.type !== 'belongsToMany') await unlinkAll(trx, association, target, id)
  for (const [index, item] of items.entries()) {
    const extra: JsonObject = association.type === 'belongsToMany' ? {} : { [association.foreignKey]: id ?? null }
    own.push(sql`${await link(item, association.toMany ? `${path}.${index}` : path, extra)}`)
  }
  if (association.type === 'belongsToMany') await setLinks(trx, collection, association, id, own)
  return {}
}

async function idOrCreate(
  trx: DbOrTrx,
  registry: CollectionRegistry,
  target: ResolvedCollection,
  item: Json,
  path: string,
  extra: JsonObject,
  writer: Writer,
  depth: number,
): Promise<unknown> {
  if (isJsonObject(item) && item.id === undefined) {
    const record = await createRecord(trx, registry, target, { ...item, ...extra }, writer, path, depth + 1)
    return record.id
  }
  if (isJsonObject(item) && Object.keys(item).length > 1)
    throw new AppError(
      'invalid_input',
      'A nested record with an id links that record; change its fields in a call of its own.',
      { path },
    )
  const id = idOf(target, isJsonObject(item) ? (item.id ?? null) : item, path)
  const [[name, value] = []] = Object.entries(extra)
  const found =
    name === undefined
      ? await rowsOf(trx, target, sql`select 1 from ${tableOf(target)} where id = ${id}`)
      : await rowsOf(
          trx,
          target,
          sql`update ${tableOf(target)} set ${sql.id(name)} = ${value} where id = ${id} returning id`,
        )
  if (found.length === 0)
    throw new AppError('invalid_input', `There is no record ${String(id)} in ${target.name}.`, { path })
  return id
}

async function unlinkAll(
  trx: DbOrTrx,
  association: Association,
  target: ResolvedCollection,
  id: Json | undefined,
): Promise<void> {
  const key = sql.id(association.foreignKey)
  await rowsOf(trx, target, sql`update ${tableOf(target)} set ${key} = null where ${key} = ${id}`)
}

async function setLinks(
  trx: DbOrTrx,
  collection: ResolvedCollection,
  association: Association,
  id: Json | undefined,
  others: RawBuilder<unknown>[],
): Promise<void> {
  const through = sql.id(collection.table[0], association.through)
  await rowsOf(trx, collection, sql`delete from ${through} where ${sql.id(association.foreignKey)} = ${id}`)
  await addLinks(trx, collection, association, id, others)
}

async function addLinks(
  trx: DbOrTrx,
  collection: ResolvedCollection,
  association: Association,
  id: Json | undefined,
  others: RawBuilder<unknown>[],
): Promise<void> {
  if (others.length === 0) return
  const through = sql.id(collection.table[0], association.through)
  await rowsOf(
    trx,
    collection,
    sql`insert into ${through} (${sql.id(association.foreignKey)}, ${sql.id(association.otherKey)}) values ${sql.join(others.map((other) => sql`(${id}, ${other})`))} on conflict do nothing`,
  )
}

/** Links, replaces or unlinks records of an association. Targets are ids; `add` and `set` take new records too. */
export async function changeAssociation(
  trx: DbOrTrx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  id: Json,
  name: string,
  change: 'add' | 'set' | 'remove',
  items: Json[],
  writer: Writer,
): Promise<void> {
  const association = collection.associations.get(name)
  const target = association && registry.get(association.target)
  if (!association || !target) throw new AppError('not_found', `${collection.name} has no association "${name}".`)
  const key = idOf(collection, id) as Json
  const owner = await rowsOf(trx, collection, sql`select 1 from ${tableOf(collection)} where id = ${key} for update`)
  if (owner.length === 0) throw new AppError('not_found', `There is no record ${String(id)} in ${collection.name}.`)
  if (!association.toMany && items.length > 1)
    throw new AppError('invalid_input', `${name} holds one record.`, { path: 'values' })
  if (association.type === 'belongsTo') {
    const value =
      change === 'remove' || items.length === 0
        ? null
        : await idOrCreate(trx, registry, target, items[0]!, 'values', {}, writer, 0)
    await rowsOf(
      trx,
      collection,
      sql`update ${tableOf(collection)} set ${sql.id(association.foreignKey)} = ${value} where id = ${key}`,
    )
    return
  }
  if (change === 'remove') {
    if (items.length === 0) return
    const ids = sql.join(items.map((item, index) => idOf(target, item, `values.${index}`)))
    const [foreign, other] = [sql.id(association.foreignKey), sql.id(association.otherKey)]
    await rowsOf(
      trx,
      target,
      association.type === 'belongsToMany'
        ? sql`delete from ${sql.id(collection.table[0], association.through)} where ${foreign} = ${key} and ${other} in (${ids})`
        : sql`update ${tableOf(target)} set ${foreign} = null where ${foreign} = ${key} and id in (${ids})`,
    )
    return
  }
  if (change === 'set') {
    await writeNested(
      trx,
      registry,
      collection,
      { association, target, value: association.toMany ? items : (items[0] ?? null), path: 'values' },
      key,
      writer,
      0,
    )
    return
  }
  const extra: JsonObject = association.type === 'belongsToMany' ? {} : { [association.foreignKey]: key }
  const linked: RawBuilder<unknown>[] = []
  for (const [index, item] of items.entries())
    linked.push(sql`${await idOrCreate(trx, registry, target, item, `values.${index}`, extra, writer, 0)}`)
  if (association.type === 'belongsToMany') await addLinks(trx, collection, association, key, linked)
}
