import { aggregateRecords, countRecords, getRecord, type ListOptions, listRecords, listRelated } from '@ensue/db'
import { z } from 'zod'
import { onCurrentSnapshot } from '../collections/current-snapshot.ts'
import type { App, Caller } from '../context.ts'
import type { ActionCall, ActionReply } from './action.ts'
import { checkRights } from './check-rights.ts'

/** `list`, `get`, `count`, `aggregate`: nothing is triggered and nothing is written. */
export function readRecords(app: App, caller: Caller, call: ActionCall): Promise<ActionReply> {
  return onCurrentSnapshot(app, async (snapshot): Promise<ActionReply> => {
    checkRights(app, caller.principal, snapshot, call)
    const { db } = app.client
    const collection = snapshot.collections.get(call.collection ?? '')
    switch (call.action) {
      case 'get': {
        const target = call.id === undefined ? { filter: call.filter } : { id: call.id }
        return { data: await getRecord(db, collection, target, readOptions(call)) }
      }
      case 'count':
        return { data: await countRecords(db, collection, call.filter) }
      case 'aggregate':
        return { data: await aggregateRecords(db, collection, aggregateOptions(call)) }
      default:
        return call.association === undefined
          ? await listRecords(db, collection, readOptions(call))
          : await listRelated(db, collection, call.id, call.association, readOptions(call))
    }
  })
}

function readOptions(call: ActionCall): ListOptions {
  const { filter, sort, except, appends, page, pageSize, after } = call
  // A record is always known by its id.
  const fields = call.fields && ['id', ...call.fields.filter((name) => name !== 'id')]
  return { filter, sort, fields, except, appends, page, pageSize, after }
}

const aggregateValues = z.record(
  z.string().min(1).max(63),
  z.strictObject({
    function: z.enum(['count', 'sum', 'avg', 'min', 'max']),
    field: z.string().max(63).optional(),
    distinct: z.boolean().optional(),
  }),
)

function aggregateOptions(call: ActionCall): Parameters<typeof aggregateRecords>[2] {
  const { values } = z.object({ values: aggregateValues }).parse({ values: call.values ?? {} })
  const aggregates = Object.fromEntries(
    Object.entries(values).map(([name, { function: verb, field = '*', distinct }]) => [
      name,
      { [verb]: field, ...(distinct === undefined ? {} : { distinct }) },
    ]),
  )
  return { aggregates, filter: call.filter, groupBy: call.groupBy }
}
