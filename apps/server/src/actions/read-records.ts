import {
  type AggregateOptions,
  aggregateRecords,
  countRecords,
  type Db,
  getRecord,
  listRecords,
  type ReadOptions,
  type ResolvedCollection,
} from '@ensue/db'
import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import { onCurrentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import type { ActionCall, ActionReply } from './action.ts'
import { checkRights } from './check-rights.ts'

/** `list`, `get`, `count`, `aggregate`: nothing is triggered and nothing is written. */
export function readRecords(app: App, caller: Caller, call: ActionCall): Promise<ActionReply> {
  return onCurrentSnapshot(app, async (snapshot): Promise<ActionReply> => {
    checkRights(app, caller.principal, snapshot, call)
    const { db } = app.client
    const { collections } = snapshot
    const collection = collections.require(call.collection ?? '')
    switch (call.action) {
      case 'get':
        return { data: await getOne(db, snapshot, collection, call) }
      case 'count':
        return { data: await countRecords(db, collections, collection, call.filter) }
      case 'aggregate':
        return { data: await aggregateRecords(db, collections, collection, aggregateOptions(call)) }
      default:
        return call.association === undefined
          ? await listRecords(db, collections, collection, readOptions(call))
          : await listRelated(db, snapshot, collection, call.association, call)
    }
  })
}

function readOptions(call: ActionCall): ReadOptions {
  const { filter, sort, fields, except, appends, page, pageSize, after } = call
  const given = { filter, sort, fields, except, appends, page, pageSize, after }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

async function getOne(
  db: Db,
  { collections }: Snapshot,
  collection: ResolvedCollection,
  call: ActionCall,
): Promise<JsonObject> {
  if (call.id !== undefined) return getRecord(db, collections, collection, call.id, readOptions(call))
  if (call.filter === undefined)
    throw new AppError('invalid_input', 'Say which record: an id or a filter.', { path: 'id' })
  const { data } = await listRecords(db, collections, collection, { ...readOptions(call), page: 1, pageSize: 1 })
  if (!data[0]) throw new AppError('not_found', `There is no such record in ${collection.name}.`)
  return data[0]
}

const aggregateValues = z.record(
  z.string().min(1).max(63),
  z.strictObject({
    function: z.enum(['count', 'sum', 'avg', 'min', 'max']),
    field: z.string().max(63).optional(),
    distinct: z.boolean().optional(),
  }),
)

function aggregateOptions(call: ActionCall): AggregateOptions {
  const { values } = z.object({ values: aggregateValues }).parse({ values: call.values ?? {} })
  return {
    values: values as AggregateOptions['values'],
    ...(call.filter === undefined ? {} : { filter: call.filter }),
    ...(call.groupBy === undefined ? {} : { groupBy: call.groupBy }),
  }
}

/** Related records that can be listed by their ids at once. */
const MAX_LINKED = 1_000

async function listRelated(
  db: Db,
  { collections }: Snapshot,
  collection: ResolvedCollection,
  name: string,
  call: ActionCall,
): Promise<ActionReply> {
  const association = collection.associations.get(name)!
  const target = collections.require(association.target)
  const linkedBy = association.type === 'hasMany' || association.type === 'hasOne'
  const owner = await getRecord(db, collections, collection, call.id ?? null, {
    fields: ['id'],
    ...(linkedBy ? {} : { appends: [name] }),
  })
  const link: JsonObject = linkedBy
    ? { [association.foreignKey]: owner.id ?? null }
    : { id: { $in: idsOf(owner[name] ?? null, name) } }
  const filter: Json = call.filter === undefined ? link : { $and: [link, call.filter] }
  return listRecords(db, collections, target, { ...readOptions(call), filter })
}

function idsOf(related: Json, name: string): Json[] {
  const list = Array.isArray(related) ? related : related === null ? [] : [related]
  if (list.length > MAX_LINKED)
    throw new AppError(
      'limit_exceeded',
      `${name} has more than ${MAX_LINKED} records; list its collection with a filter.`,
    )
  return list.map((record) => (record as JsonObject).id ?? null)
}
