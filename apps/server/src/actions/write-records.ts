import {
  changeAssociation,
  createRecord,
  createRecords,
  destroyRecords,
  firstOrCreateRecord,
  getRecord,
  type ResolvedCollection,
  type Target,
  type Trx,
  updateRecords,
  upsertRecord,
  type Writer,
} from '@ensue/db'
import { AppError, type JsonObject } from '@ensue/engine/core'
import type { Caller } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import type { ActionCall, ActionReply } from './action.ts'
import { associationsOfFilter } from './association-path.ts'
import { appendsAlong, loadRecords } from './load-records.ts'
import type { ResolvedTrigger } from './resolve-triggers.ts'
import { changedFields, type Touched } from './touched.ts'

export interface Written {
  data: ActionReply['data']
  /** For workflows; in the order of the reply. */
  touched: Touched[]
}

/** Does the action's work on the data, in the caller's transaction. */
export async function writeRecords(
  trx: Trx,
  snapshot: Snapshot,
  caller: Caller,
  call: ActionCall,
  triggers: readonly ResolvedTrigger[],
): Promise<Written> {
  if (call.collection === null) return { data: null, touched: [] }
  const { collections } = snapshot
  const collection = collections.require(call.collection)
  const writer: Writer = { userId: caller.principal.userId }
  switch (call.action) {
    case 'create':
      return create(trx, snapshot, collection, call, writer)
    case 'update': {
      const updated = await updateRecords(trx, collections, collection, targetOf(call), valuesOf(call), writer)
      return written(
        call,
        updated.map(({ record, previous }) => changedRecord(record, previous)),
      )
    }
    case 'destroy':
      return written(call, await destroy(trx, snapshot, collection, targetOf(call), triggers))
    case 'upsert': {
      const { record, previous } = await upsertRecord(
        trx,
        collections,
        collection,
        valuesOf(call),
        call.keys ?? [],
        writer,
      )
      return { data: record, touched: [previous ? changedRecord(record, previous) : { record }] }
    }
    case 'firstOrCreate': {
      const { record } = await firstOrCreateRecord(
        trx,
        collections,
        collection,
        valuesOf(call),
        call.keys ?? [],
        writer,
      )
      return { data: record, touched: [{ record }] }
    }
    case 'trigger': {
      const records = await loadRecords(trx, snapshot, collection, targetOf(call), [])
      return written(
        call,
        records.map((record) => ({ record })),
      )
    }
    case 'add':
    case 'set':
    case 'remove':
      return link(trx, snapshot, collection, call, call.action, writer)
    default:
      throw new AppError('not_found', `There is no action "${call.action}".`)
  }
}

/** The reply is one record when the call names one by its id, else a list. */
function written(call: ActionCall, touched: Touched[]): Written {
  const records = touched.map(({ record }) => record)
  return { data: call.id === undefined ? records : (records[0] ?? null), touched }
}

function changedRecord(record: JsonObject, previous: JsonObject): Touched {
  return { record, previous, changed: changedFields(previous, record) }
}

function targetOf({ id, ids, filter }: ActionCall): Target {
  if (id !== undefined) return { id }
  if (ids !== undefined) return { ids }
  if (filter !== undefined) return { filter }
  throw new AppError('invalid_input', 'Say which records: an id, ids or a filter.', { path: 'filter' })
}

function valuesOf({ values = {} }: ActionCall): JsonObject {
  if (Array.isArray(values))
    throw new AppError('invalid_input', 'Expected an object of field values.', { path: 'values' })
  return values
}

async function create(
  trx: Trx,
  snapshot: Snapshot,
  collection: ResolvedCollection,
  call: ActionCall,
  writer: Writer,
): Promise<Written> {
  if (call.association !== undefined) return createRelated(trx, snapshot, collection, call, call.association, writer)
  const { values = {} } = call
  if (!Array.isArray(values)) {
    const record = await createRecord(trx, snapshot.collections, collection, values, writer)
    return { data: record, touched: [{ record }] }
  }
  const records = await createRecords(trx, snapshot.collections, collection, values as JsonObject[], writer)
  return { data: records, touched: records.map((record) => ({ record })) }
}

/** Creates a record that is linked to the one named by `id`. */
async function createRelated(
  trx: Trx,
  { collections }: Snapshot,
  collection: ResolvedCollection,
  call: ActionCall,
  name: string,
  writer: Writer,
): Promise<Written> {
  const association = collection.associations.get(name)!
  const target = collections.require(association.target)
  const owner = await getRecord(trx, collections, collection, call.id ?? null, { fields: ['id'] })
  const id = owner.id ?? null
  // The foreign key of hasMany is a field of the new record and may be required; the others are linked afterwards.
  const extra: JsonObject = association.type === 'hasMany' ? { [association.foreignKey]: id } : {}
  const record = await createRecord(trx, collections, target, { ...valuesOf(call), ...extra }, writer)
  if (association.type === 'hasMany') return { data: record, touched: [{ record }] }
  const change = association.toMany ? 'add' : 'set'
  await changeAssociation(trx, collections, collection, id, name, change, [record.id ?? null], writer)
  const linked = await getRecord(trx, collections, target, record.id ?? null)
  return { data: linked, touched: [{ record: linked }] }
}

/** Changes what is linked; replies with what is linked then, and hands the owning record to workflows. */
async function link(
  trx: Trx,
  { collections }: Snapshot,
  collection: ResolvedCollection,
  call: ActionCall,
  change: 'add' | 'set' | 'remove',
  writer: Writer,
): Promise<Written> {
  const { id = null, association: name, values } = call
  if (name === undefined) throw new AppError('invalid_input', 'Name the association.', { path: 'association' })
  if (!Array.isArray(values)) throw new AppError('invalid_input', 'Send a list of ids.', { path: 'values' })
  await changeAssociation(trx, collections, collection, id, name, change, values, writer)
  const { [name]: linked = null, ...record } = await getRecord(trx, collections, collection, id, { appends: [name] })
  const list = Array.isArray(linked) ? linked : linked === null ? [] : [linked]
  return { data: list as JsonObject[], touched: [{ record }] }
}

/** Destroys records. What workflows want to see of their associations can only be read before. */
async function destroy(
  trx: Trx,
  snapshot: Snapshot,
  collection: ResolvedCollection,
  target: Target,
  triggers: readonly ResolvedTrigger[],
): Promise<Touched[]> {
  const { collections } = snapshot
  const appends = triggers.flatMap(({ trigger, association }) => {
    if (trigger.type !== 'action') return []
    const wanted = [
      ...(trigger.config.appends ?? []),
      ...associationsOfFilter(collections, trigger.config.collection, trigger.config.condition),
    ]
    return association ? appendsAlong(association, wanted) : wanted
  })
  const before = appends.length === 0 ? [] : await loadRecords(trx, snapshot, collection, target, [...new Set(appends)])
  const full = new Map(before.map((record) => [String(record.id), record]))
  const destroyed = await destroyRecords(trx, collections, collection, target)
  return destroyed.map((previous) => ({ record: full.get(String(previous.id)) ?? previous, previous }))
}
