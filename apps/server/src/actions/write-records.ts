import {
  type Attribution,
  addRelated,
  createRecord,
  createRecords,
  createRelated,
  destroyRecords,
  firstOrCreateRecord,
  getAssociation,
  getRecord,
  type ResolvedCollection,
  removeRelated,
  setRelated,
  type Target,
  type Trx,
  updateRecords,
  upsertRecord,
} from '@ensue/db'
import { AppError, isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'
import { userOf } from '../auth/user-of.ts'
import { attributionFor } from '../changes/listened-collections.ts'
import type { Caller } from '../context.ts'
import type { Snapshot } from '../registry.ts'
import type { ActionCall, ActionReply } from './action.ts'
import { associationsOfFilter } from './association-path.ts'
import { appendsAlong, loadRecords } from './load-records.ts'
import type { ResolvedTrigger } from './resolve-triggers.ts'
import type { Touched } from './touched.ts'

/** Who writes. */
interface By {
  actor: { userId: string | null; attribution: Attribution | undefined }
}

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
  const collection = snapshot.collections.get(call.collection)
  const by = byCaller(snapshot, collection.name, caller)
  switch (call.action) {
    case 'create':
      return create(trx, collection, call, by)
    case 'update': {
      // What was there before is only for workflows.
      const options = { ...by, previous: triggers.length > 0 }
      return written(call, await updateRecords(trx, collection, targetOf(call), valuesOf(call), options))
    }
    case 'destroy':
      return written(call, await destroy(trx, snapshot, collection, targetOf(call), triggers, by))
    case 'upsert': {
      const options = { ...by, previous: triggers.length > 0, ...(call.keys ? { keys: call.keys } : {}) }
      const { created: _, ...touched } = await upsertRecord(trx, collection, valuesOf(call), options)
      return { data: touched.record, touched: [touched] }
    }
    case 'firstOrCreate': {
      const values = valuesOf(call)
      const { record } = await firstOrCreateRecord(trx, collection, keyFilter(call, values), values, by)
      return { data: record, touched: [{ record }] }
    }
    case 'trigger': {
      const records = await loadRecords(trx, collection, targetOf(call), [])
      return written(
        call,
        records.map((record) => ({ record })),
      )
    }
    case 'add':
    case 'set':
    case 'remove':
      return link(trx, collection, call, call.action, by)
    default:
      throw new AppError('not_found', `There is no action "${call.action}".`)
  }
}

function byCaller(snapshot: Snapshot, collection: string, { principal, requestId }: Caller): By {
  const { userId, role } = principal
  const attribution = attributionFor(snapshot, collection, () => ({ user: userOf(principal), role, requestId }))
  return { actor: { userId, attribution } }
}

/** The reply is one record when the call names one by its id, else a list. */
function written(call: ActionCall, touched: Touched[]): Written {
  const records = touched.map(({ record }) => record)
  return { data: call.id === undefined ? records : (records[0] ?? null), touched }
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

/** The fields of the values by which the record is looked for. */
function keyFilter({ keys = [] }: ActionCall, values: JsonObject): JsonObject {
  if (keys.length === 0)
    throw new AppError('invalid_input', 'Name the fields that tell records apart.', { path: 'keys' })
  const missing = keys.find((key) => values[key] === undefined)
  if (missing) throw new AppError('invalid_input', `${missing} needs a value.`, { path: `values.${missing}` })
  return Object.fromEntries(keys.map((key) => [key, values[key]!]))
}

async function create(trx: Trx, collection: ResolvedCollection, call: ActionCall, by: By): Promise<Written> {
  if (call.association !== undefined) return createLinked(trx, collection, call, call.association, by)
  const { values = {} } = call
  if (!Array.isArray(values)) {
    const record = await createRecord(trx, collection, values, by)
    return { data: record, touched: [{ record }] }
  }
  const records = await createRecords(trx, collection, values, by)
  return { data: records, touched: records.map((record) => ({ record })) }
}

/** Creates a record that is linked to the one named by `id`. */
async function createLinked(
  trx: Trx,
  collection: ResolvedCollection,
  call: ActionCall,
  name: string,
  by: By,
): Promise<Written> {
  if (getAssociation(collection, name).toMany) {
    const [record] = await createRelated(trx, collection, call.id, name, [valuesOf(call)], by)
    return { data: record!, touched: [{ record: record! }] }
  }
  // What holds one record is a field of its owner, whose nested value creates and links it.
  await updateRecords(trx, collection, { id: call.id }, { [name]: valuesOf(call) }, by)
  const owner = await getRecord(trx, collection, { id: call.id }, { appends: [name] })
  const record = owner[name] as JsonObject
  return { data: record, touched: [{ record }] }
}

const CHANGES = { add: addRelated, set: setRelated, remove: removeRelated }

/** Changes what is linked; replies with what is linked then, and hands the owning record to workflows. */
async function link(
  trx: Trx,
  collection: ResolvedCollection,
  call: ActionCall,
  change: keyof typeof CHANGES,
  by: By,
): Promise<Written> {
  const { id, association: name, values } = call
  if (name === undefined) throw new AppError('invalid_input', 'Name the association.', { path: 'association' })
  if (!Array.isArray(values)) throw new AppError('invalid_input', 'Send a list of ids.', { path: 'values' })
  const { target, toMany } = getAssociation(collection, name)
  if (toMany) await CHANGES[change](trx, collection, id, name, await idsOf(trx, target, values, by), by)
  else {
    if (values.length > 1) throw new AppError('invalid_input', `${name} holds one record.`, { path: 'values' })
    const value = change === 'remove' ? null : (values[0] ?? null)
    await updateRecords(trx, collection, { id }, { [name]: value }, by)
  }
  const { [name]: linked = null, ...record } = await getRecord(trx, collection, { id }, { appends: [name] })
  const list = Array.isArray(linked) ? linked : linked === null ? [] : [linked]
  return { data: list as JsonObject[], touched: [{ record }] }
}

/** Ids as they are, and those of the records made from the objects among them. */
async function idsOf(trx: Trx, target: ResolvedCollection, values: readonly Json[], by: By): Promise<Json[]> {
  const ids: Json[] = []
  for (const value of values)
    ids.push(isJsonObject(value) ? (value.id ?? (await createRecord(trx, target, value, by)).id ?? null) : value)
  return ids
}

/** Destroys records. What workflows want to see of their associations can only be read before. */
async function destroy(
  trx: Trx,
  snapshot: Snapshot,
  collection: ResolvedCollection,
  target: Target,
  triggers: readonly ResolvedTrigger[],
  by: By,
): Promise<Touched[]> {
  const appends = triggers.flatMap(({ trigger, association }) => {
    if (trigger.type !== 'action') return []
    const wanted = [
      ...(trigger.config.appends ?? []),
      ...associationsOfFilter(snapshot.collections, trigger.config.collection, trigger.config.condition),
    ]
    return association ? appendsAlong(association, wanted) : wanted
  })
  const before = appends.length === 0 ? [] : await loadRecords(trx, collection, target, [...new Set(appends)])
  const full = new Map(before.map((record) => [String(record.id), record]))
  const destroyed = await destroyRecords(trx, collection, target, by)
  return destroyed.map((previous) => ({ record: full.get(String(previous.id)) ?? previous, previous }))
}
