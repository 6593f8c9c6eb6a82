import {
  createRecord,
  createRecords,
  type DbOrTrx,
  destroyRecords,
  listRecords,
  type ResolvedCollection,
  type Target,
  type Trx,
  updateRecords,
} from '@ensue/db'
import type { Actor, Records } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import { attributionFor } from '../changes/listened-collections.ts'
import type { App } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'

/** Collections as nodes see them: as the system, or within the rights of the user who triggered the run. Reads go to `db`. */
export function createRecordsPort(app: App, db: DbOrTrx): Records {
  function find(name: string, action: string, actor: Actor): ResolvedCollection {
    if (actor.kind === 'user') {
      const principal = { kind: 'user' as const, userId: actor.userId, email: null, roles: [], role: actor.role ?? '' }
      requirePermission(app, principal, { collection: name, action })
    }
    return registry().get(name)
  }
  const registry = () => app.registry.current().collections
  const trxOf = (tx: unknown) => tx as Trx
  const by = (collection: string, { userId, execution }: Actor) => ({
    actor: {
      userId,
      attribution: execution && attributionFor(app.registry.current(), collection, () => ({ execution })),
    },
  })

  return {
    async create(tx, name, values, actor) {
      const collection = find(name, 'create', actor)
      return inTurn<JsonObject | JsonObject[]>(tx, collection, values, () =>
        Array.isArray(values)
          ? createRecords(trxOf(tx), collection, values, by(name, actor))
          : createRecord(trxOf(tx), collection, values, by(name, actor)),
      )
    },
    async update(tx, name, target, values, actor) {
      const collection = find(name, 'update', actor)
      const updated = await inTurn(tx, collection, values, () =>
        orNone(updateRecords(trxOf(tx), collection, asTarget(target), values, by(name, actor))),
      )
      return updated.map(({ record }) => record)
    },
    async delete(tx, name, target, actor) {
      return orNone(destroyRecords(trxOf(tx), find(name, 'destroy', actor), asTarget(target), by(name, actor)))
    },
    async query(name, query, actor) {
      const { data, meta } = await listRecords(db, find(name, 'list', actor), query)
      return { rows: data, total: meta.total ?? data.length }
    },
  }
}

function asTarget({ id, filter }: Target): Target {
  if (id === null) throw new AppError('invalid_input', 'The id has no value.', { path: 'id' })
  return id === undefined ? { filter } : { id }
}

/** A record named by id need not exist: the node says what that means. */
function orNone<T>(records: Promise<T[]>): Promise<T[]> {
  return records.catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return []
    throw error
  })
}

const turns = new WeakMap<object, Promise<unknown>>()

/** Runs of one shared transaction send their statements at any time. A write with nested records takes several, which only mean
 *  what they should without those of another such write between them: these take turns. A plain write is one statement. */
function inTurn<T>(
  tx: object,
  collection: ResolvedCollection,
  values: JsonObject | JsonObject[],
  write: () => Promise<T>,
): Promise<T> {
  const isNested = [values].flat().some((item) => Object.keys(item).some((name) => collection.associations.has(name)))
  if (!isNested) return write()
  const turn = (turns.get(tx) ?? Promise.resolve()).then(write)
  turns.set(
    tx,
    turn.catch(() => {}),
  )
  return turn
}
