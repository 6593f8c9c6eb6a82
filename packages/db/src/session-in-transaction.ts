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
export async function flushIn(trx: Trx, item: FlushItem, masker: Masker, statement = FLUSH): Promise<Set<string>> {
  const query = CompiledQuery.raw(statement, [toMaskedText([item], masker)])
  const { rows } = await trx.executeQuery<{ id: string }>(query)
  return new Set(rows.map((row) => row.id))
}

/** Undoes what `work` has written when it fails: a statement that PostgreSQL refuses would leave the whole transaction good for nothing, and
 *  the run may go on after a node that failed. Both ends travel with the statements around them, without round trips of their own. */
async function inSavepoint<T>(trx: Trx, work: () => Promise<T>): Promise<T> {
  const send = (text: string) => trx.executeQuery(CompiledQuery.raw(text))
  send('savepoint node').catch(() => {})
  try {
    const result = await work()
    send('release savepoint node').catch(() => {})
    return result
  } catch (error) {
    // When this fails too, the connection is lost: the error tells.
    await send('rollback to savepoint node').catch(() => {})
    throw error
  }
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
      const { entries, wait } = await inSavepoint(trx, () => work(trx as unknown as Transaction))
      if (wait) throw new Error('A transactional run cannot wait.')
      journal.push(...before, ...entries)
    },
    async wait() {
      throw new Error('A transactional run cannot wait.')
    },
    async finish(entries, result) {
      const kept = entries ? [...journal, ...entries] : undefined
      const item = { ...queued(execution), ...endOf(result), status: result.status, epoch: 1, entries: kept }
      await insertIn(trx, [item], masker())
    },
    async persist() {},
  }
}
