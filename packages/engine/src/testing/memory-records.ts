import { AppError } from '../core/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { matchesFilter } from '../match-filter.ts'
import type { Records, Transaction } from '../ports.ts'

type Table = Map<Json, JsonObject>

export interface MemoryRecords extends Records {
  /** The records of a collection, in the order of their creation. */
  all(collection: string): JsonObject[]
  /** Puts records in without a transaction, to set up a test. Missing ids are given. */
  seed(collection: string, records: JsonObject[]): JsonObject[]
  /** Remembers the state; the returned function restores it. */
  snapshot(): () => void
}

function compareBy(sort: readonly string[]) {
  return (a: JsonObject, b: JsonObject): number => {
    for (const term of sort) {
      const descending = term.startsWith('-')
      const field = descending ? term.slice(1) : term
      const [left, right] = [a[field] ?? '', b[field] ?? '']
      if (left === right) continue
      return left < right === descending ? 1 : -1
    }
    return 0
  }
}

/** Collections in memory: unknown ones appear on first use, ids count up, filters work on what is in the record. */
export function createMemoryRecords(assertOpen: (tx: Transaction) => void): MemoryRecords {
  let tables = new Map<string, Table>()
  let lastId = 0
  const table = (collection: string) => tables.getOrInsertComputed(collection, () => new Map())

  function insert(collection: string, values: JsonObject): JsonObject {
    const record = { id: values.id ?? ++lastId, ...structuredClone(values) }
    if (table(collection).has(record.id)) throw new AppError('conflict', `${collection} ${record.id} exists.`)
    table(collection).set(record.id, record)
    return structuredClone(record)
  }

  function targets(collection: string, { id, filter }: { id?: Json; filter?: Json }): JsonObject[] {
    if (id !== undefined) return [...table(collection).values()].filter((record) => String(record.id) === String(id))
    if (!isJsonObject(filter)) throw new AppError('invalid_input', 'Neither id nor filter.')
    return [...table(collection).values()].filter((record) => matchesFilter(record, filter))
  }

  return {
    all: (collection) => structuredClone([...table(collection).values()]),
    seed: (collection, records) => records.map((record) => insert(collection, record)),
    snapshot() {
      const saved = structuredClone(tables)
      return () => {
        tables = saved
      }
    },
    async create(tx, collection, values) {
      assertOpen(tx)
      return Array.isArray(values) ? values.map((item) => insert(collection, item)) : insert(collection, values)
    },
    async update(tx, collection, target, values) {
      assertOpen(tx)
      return targets(collection, target).map((record) =>
        structuredClone(Object.assign(record, structuredClone(values))),
      )
    },
    async delete(tx, collection, target) {
      assertOpen(tx)
      const gone = targets(collection, target)
      for (const record of gone) table(collection).delete(record.id ?? null)
      return gone
    },
    async query(collection, { filter = {}, sort = [], fields, page = 1, pageSize = 100 }) {
      const found = targets(collection, { filter }).sort(compareBy(sort))
      const rows = found.slice((page - 1) * pageSize, page * pageSize).map((record) => {
        if (!fields) return structuredClone(record)
        return Object.fromEntries(fields.map((field) => [field, structuredClone(record[field] ?? null)]))
      })
      return { rows, total: found.length }
    },
  }
}
