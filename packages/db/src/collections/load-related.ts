import { type RawBuilder, sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import { type RecordData, type Row, run } from './data-db.ts'
import { columnList, columnOf, idArray, tableOf } from './fragments.ts'
import type { Association, Column } from './resolved-collection.ts'
import type { Selection } from './selection.ts'
import { toRecord } from './statements.ts'
import { type Id, isId } from './values.ts'

// Not a name that a field can have.
const KEY = '$key'

/** Columns that must be read to find the related records of a selection, beside those that are wanted. */
export function columnsWithKeys({ collection, columns, related }: Selection): Column[] {
  const needed = new Set(columns)
  for (const { association } of related.values())
    needed.add(collection.columns.get(association.type === 'belongsTo' ? association.foreignKey : 'id')!)
  return [...needed]
}

/** Puts the related records into the records, level by level, with one statement for each association; then takes out what was
 *  read for that only. To-one gives a record or null, to-many a list in the order of the ids. */
export async function loadRelated(db: DbOrTrx, selection: Selection, records: readonly RecordData[]): Promise<void> {
  const { columns, related } = selection
  if (related.size === 0) return
  const loads = [...related.values()].map(async ({ association, selection: part }) => {
    const isOwn = association.type === 'belongsTo'
    const keys = records.map((record) => record[isOwn ? association.foreignKey : 'id'] ?? null)
    return { association, keys, found: await loadTargets(db, association, part, keys.filter(isId)) }
  })
  // Keys first, everywhere: an association may take the place of its own key.
  for (const { association, keys, found } of await Promise.all(loads))
    records.forEach((record, index) => {
      const list = found.get(String(keys[index])) ?? []
      record[association.name] = association.toMany ? list : (list[0] ?? null)
    })
  const kept = new Set([...columns.map(({ name }) => name), ...related.keys()])
  const extra = columnsWithKeys(selection).filter(({ name }) => !kept.has(name))
  for (const { name } of extra) for (const record of records) delete record[name]
}

async function loadTargets(
  db: DbOrTrx,
  association: Association,
  selection: Selection,
  keys: readonly Id[],
): Promise<Map<string, RecordData[]>> {
  const found = new Map<string, RecordData[]>()
  if (keys.length === 0) return found
  const unique = [...new Set(keys)]
  const rows = await run(db, association.target, targetsSql(association, selection, unique))
  const targets = rows.map((row) => {
    const key = String(row[KEY])
    delete row[KEY]
    const record = toRecord(association.target, row)
    found.getOrInsertComputed(key, () => []).push(record)
    return record
  })
  await loadRelated(db, selection, targets)
  return found
}

function targetsSql(
  { type, source, target, foreignKey, through }: Association,
  selection: Selection,
  keys: readonly Id[],
): RawBuilder<Row> {
  const list = columnList('t', columnsWithKeys(selection))
  const from = sql`${tableOf(target.table)} as t`
  const order = columnOf('t', 'id')
  if (type === 'belongsTo')
    return sql`select ${list}, ${order} as ${sql.id(KEY)} from ${from} where ${order} = any(${idArray(target, keys)})`
  if (!through) {
    const key = columnOf('t', foreignKey)
    return sql`select ${list}, ${key} as ${sql.id(KEY)} from ${from} where ${key} = any(${idArray(source, keys)}) order by ${order}`
  }
  const key = columnOf('j', foreignKey)
  return sql`select ${list}, ${key} as ${sql.id(KEY)} from ${tableOf(through.table)} as j
    join ${from} on ${order} = ${columnOf('j', through.otherKey)}
    where ${key} = any(${idArray(source, keys)}) order by ${order}`
}
