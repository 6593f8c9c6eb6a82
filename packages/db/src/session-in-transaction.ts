import type { Masker, NodeRun, Transaction } from '@ensue/engine'
import { CompiledQuery } from 'kysely'
import type { Trx } from './client.ts'
import { endOf, queued } from './execution-items.ts'
import { FLUSH, type FlushItem, INSERT, type InsertItem, type NewExecution } from './execution-sql.ts'
import type { RunSession } from './execution-store.ts'
import { toMaskedText } from './masked-text.ts'

/** Inserts in the caller's transaction; answers the ids that are new. */
export async function insertIn(trx: Trx, items: InsertItem[], masker: Masker): Promise<Set<string>> {
  const query = CompiledQuery.raw(INSERT, [toMaskedText(items, masker)])
  const { rows } = await trx.executeQuery<{ id: string }>(query)
  return new Set(rows.map((row) => row.id))
}

/** Journals or ends one execution in the caller's transaction; answers its id when its claim still holds. */
export async function flushIn(trx: Trx, item: FlushItem, masker: Masker): Promise<Set<string>> {
  const query = CompiledQuery.raw(FLUSH, [toMaskedText([item], masker)])
  const { rows } = await trx.executeQuery<{ id: string }>(query)
  return new Set(rows.map((row) => row.id))
}

/** The session of a run that commits, or not, as a whole with the caller's transaction: written once, at its end. */
export function sessionInTransaction(trx: Trx, execution: NewExecution, masker: () => Masker): RunSession {
  const journal: NodeRun[] = []
  return {
    id: execution.id,
    epoch: 1,
    duplicate: () => false,
    async append(entries) {
      journal.push(...entries)
    },
    async transact(before, work) {
      const { entries, wait } = await work(trx as unknown as Transaction)
      if (wait) throw new Error('A transactional run cannot wait.')
      journal.push(...before, ...entries)
    },
    async wait() {
      throw new Error('A transactional run cannot wait.')
    },
    async finish(entries, result) {
      journal.push(...entries)
      const item = { ...queued(execution), ...endOf(result), status: result.status, epoch: 1, entries: journal }
      await insertIn(trx, [item], masker())
    },
    async persist() {},
  }
}
