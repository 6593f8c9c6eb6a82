import {
  type ExecutionSession,
  type ExecutionStatus,
  FenceError,
  type HttpReply,
  type Json,
  type Masker,
  NO_MASKER,
  type NodeRun,
  type RunError,
  type RunResult,
  type Transaction,
  type Wait,
} from '@ensue/engine'
import { CompiledQuery } from 'kysely'
import { createBatcher } from './batcher.ts'
import { type DatabaseClient, isConnectionError, type Trx } from './client.ts'
import { endOf, queued, running, skipped } from './execution-items.ts'
import {
  CLAIM,
  type Claim,
  FENCE,
  FLUSH,
  FLUSH_AND_FORGET,
  type FlushItem,
  INSERT,
  type InsertItem,
  JOURNAL,
  type NewExecution,
  type Refusal,
} from './execution-sql.ts'
import { maskWait, toMaskedEntries, toMaskedText } from './masked-text.ts'
import { preparedName } from './prepared.ts'
import { readJournal } from './queries/journal.ts'
import { parkExecution } from './queries/wait.ts'
import { flushIn, insertIn, sessionInTransaction } from './session-in-transaction.ts'

export type { Claim, NewExecution, Refusal } from './execution-sql.ts'

/** A session whose execution is in memory only until its first flush. */
export interface RunSession extends ExecutionSession {
  readonly id: string
  readonly epoch: number
  /** The first flush found that another execution has the idempotency key: nothing was written. */
  duplicate(): boolean
  /** Makes the execution durable as running, when it isn't yet: before an answer that names it. */
  persist(): Promise<void>
  /** @param follow writes what follows from the wait in its transaction */
  wait(entries: NodeRun[], wait: Wait, follow?: Follow): Promise<void>
  /** @param follow writes what follows from the end in its transaction, which is then one of its own */
  finish(entries: NodeRun[] | null, result: RunResult, follow?: Follow): Promise<void>
}

/** Writes more in the transaction of a session's write. */
export type Follow = (trx: Trx) => Promise<void>

export interface ExecutionReport {
  status: ExecutionStatus
  reason?: string
  error?: RunError
  output?: Json
  response?: HttpReply
  messages: string[]
}

export interface ExecutionStore {
  /** Inserts in a statement shared with concurrent callers. False: the idempotency key is taken. */
  insertQueued(execution: NewExecution): Promise<boolean>
  /** Inserts in the caller's transaction; returns the ids that were new (the others' idempotency keys are taken). */
  insert(trx: Trx, executions: NewExecution[], claimedBy: string | null): Promise<Set<string>>
  /** Records in the caller's transaction that executions were refused. */
  insertSkipped(trx: Trx, executions: { execution: NewExecution; refusal: Refusal }[]): Promise<Set<string>>
  claim(limit: number, runnerId: string): Promise<Claim[]>
  /** Journal entries of earlier epochs, oldest first. */
  readJournal(executionId: string): Promise<NodeRun[]>
  session(claim: { id: string; epoch: number; crashStarts: number }): RunSession
  unbornSession(execution: NewExecution, runnerId: string): RunSession
  /** Everything of the run happens in the caller's transaction. */
  sessionIn(trx: Trx, execution: NewExecution): RunSession
  findByIdempotencyKey(workflowId: string, key: string, trx?: Trx): Promise<string | undefined>
  /** How an execution stands, for the one who started it. */
  report(executionId: string): Promise<ExecutionReport | undefined>
  /** Puts an execution that could not be run to its end back into the queue, unless someone else has it. */
  release(claim: { id: string; epoch: number }): Promise<void>
}

/** @param masker takes the values of secrets out of all that is written */
export function createExecutionStore(client: DatabaseClient, masker: () => Masker = () => NO_MASKER): ExecutionStore {
  const { db, pool } = client
  const batching = { maxItems: 128, maxInFlight: 4, isFatal: isConnectionError }

  async function idsOf(text: string, ...values: string[]): Promise<Set<string>> {
    const { rows } = await pool.query<{ id: string }>({ name: preparedName(text), text, values })
    return new Set(rows.map((row) => row.id))
  }
  const insertShared = createBatcher<InsertItem, boolean>(async (items) => {
    const ids = await idsOf(INSERT, toMaskedText(items, masker()))
    return items.map((item) => ids.has(item.id))
  }, batching)
  const sharedFlush = (statement: string) =>
    createBatcher<FlushItem, boolean>(async (items) => {
      const ids = await idsOf(statement, toMaskedText(items, masker()))
      return items.map((item) => ids.has(item.id))
    }, batching)
  const flushShared = sharedFlush(FLUSH)
  const flushAndForgetShared = sharedFlush(FLUSH_AND_FORGET)

  /** A write that is not shared, with what follows from it; false, and nothing of either, when it is not the session's to make. */
  function followed(id: string, follow: Follow, write: (trx: Trx) => Promise<Set<string>>): Promise<boolean> {
    return client.transaction(async (trx) => {
      const written = (await write(trx)).has(id)
      if (written) await follow(trx)
      return written
    })
  }

  function session(
    claim: { id: string; epoch: number; crashStarts: number },
    unborn?: { execution: NewExecution; runnerId: string },
  ): RunSession {
    let seq = unborn ? 1 : 0
    let born = !unborn
    let crashStarts = claim.crashStarts
    let duplicate = false
    /** There may be node runs of it in the database. */
    let written = false
    // Writes of one session follow each other; only `persist` can come between those of the run.
    let last: Promise<unknown> = Promise.resolve()
    const inOrder = <T>(write: () => Promise<T>): Promise<T> => {
      const next = last.then(write)
      last = next.catch(() => {})
      return next
    }

    async function flush(entries: NodeRun[] | null, result: RunResult | null, follow?: Follow): Promise<void> {
      const ended = endOf(result)
      const journal = entries?.length ? entries : undefined
      if (!born && unborn) {
        born = true
        const item: InsertItem = {
          ...unborn.execution,
          ...ended,
          status: result?.status ?? 'running',
          epoch: claim.epoch,
          runnerId: result ? undefined : unborn.runnerId,
          entries: journal,
        }
        written = journal !== undefined
        try {
          const inserted = follow
            ? followed(item.id, follow, (trx) => insertIn(trx, [item], masker()))
            : insertShared(item)
          duplicate = !(await inserted)
        } catch (error) {
          // With a lost connection nobody knows; else it was rolled back.
          born = isConnectionError(error)
          throw error
        }
        if (duplicate) throw new FenceError('The start is a duplicate: its key names another execution.')
        return
      }
      const status = result?.status
      const item: FlushItem = { id: claim.id, epoch: claim.epoch, seq: seq++, entries: journal, status, ...ended }
      // Of a first claim that has written nothing yet there is nothing to forget.
      const forgets = entries === null && (claim.epoch > 1 || written)
      written ||= journal !== undefined
      const alive = await (follow
        ? followed(item.id, follow, (trx) => flushIn(trx, item, masker(), forgets ? FLUSH_AND_FORGET : FLUSH))
        : (forgets ? flushAndForgetShared : flushShared)(item))
      if (!alive) throw new FenceError(`Execution ${claim.id} was taken over.`)
    }

    async function inTransaction(
      before: NodeRun[],
      work: (trx: Trx) => Promise<{ entries: NodeRun[]; wait?: Wait }>,
      begin: DatabaseClient['transaction'],
    ): Promise<void> {
      if (!born) await flush([], null)
      let journaled = false
      await begin(async (trx) => {
        // The fence and the work's first statement travel together; a lost claim fails before anything commits.
        const held = trx.executeQuery(CompiledQuery.raw(FENCE, [claim.id, claim.epoch]))
        held.catch(() => {})
        const done = await work(trx)
        const entries = [...before, ...done.entries]
        if ((await held).rows.length === 0) throw new FenceError(`Execution ${claim.id} was taken over.`)
        if (crashStarts > 0)
          await trx.updateTable('execution').set({ crashStarts: 0 }).where('id', '=', claim.id).execute()
        if (done.wait) await parkExecution(trx, claim.id, done.wait)
        journaled = entries.length > 0
        if (!journaled) return
        // Unawaited: travels with the COMMIT, which fails when this fails.
        trx
          .executeQuery(CompiledQuery.raw(JOURNAL, [claim.id, claim.epoch, seq, toMaskedEntries(entries, masker())]))
          .catch(() => {})
      })
      crashStarts = 0
      if (!journaled) return
      written = true
      seq += 1
    }

    return {
      id: claim.id,
      epoch: claim.epoch,
      duplicate: () => duplicate,
      append: (entries) => inOrder(() => flush(entries, null)),
      transact: (before, work) =>
        inOrder(() => inTransaction(before, (trx) => work(trx as unknown as Transaction), client.sharedTransaction)),
      wait: (entries, wait, follow) =>
        inOrder(() =>
          inTransaction(
            entries,
            async (trx) => {
              await parkExecution(trx, claim.id, maskWait(wait, masker()))
              await follow?.(trx)
              return { entries: [] }
            },
            client.transaction,
          ),
        ),
      finish: (entries, result, follow) => inOrder(() => flush(entries, result, follow)),
      persist: () =>
        inOrder(async () => {
          if (!born) await flush([], null)
        }),
    }
  }

  return {
    insertQueued: (execution) => insertShared(queued(execution)),
    insert: (trx, executions, claimedBy) =>
      insertIn(
        trx,
        executions.map((execution) => (claimedBy === null ? queued(execution) : running(execution, claimedBy))),
        masker(),
      ),
    async claim(limit, runnerId) {
      const { rows } = await pool.query<Claim>({ name: preparedName(CLAIM), text: CLAIM, values: [limit, runnerId] })
      return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    insertSkipped: (trx, executions) =>
      insertIn(
        trx,
        executions.map(({ execution, refusal }) => skipped(execution, refusal)),
        masker(),
      ),
    readJournal: (executionId) => readJournal(db, executionId),
    session,
    unbornSession: (execution, runnerId) =>
      session({ id: execution.id, epoch: 1, crashStarts: 0 }, { execution, runnerId }),
    sessionIn: (trx, execution) => sessionInTransaction(trx, execution, masker),
    async findByIdempotencyKey(workflowId, key, trx) {
      const row = await (trx ?? db)
        .selectFrom('execution')
        .select('id')
        .where('workflowId', '=', workflowId)
        .where('idempotencyKey', '=', key)
        .executeTakeFirst()
      return row?.id
    },
    async report(executionId) {
      const row = await db
        .selectFrom('execution')
        .select(['status', 'reason', 'error', 'output', 'response', 'messages'])
        .where('id', '=', executionId)
        .executeTakeFirst()
      return (
        row && {
          status: row.status,
          messages: row.messages ?? [],
          ...(row.reason === null ? {} : { reason: row.reason }),
          ...(row.error === null ? {} : { error: row.error }),
          ...(row.output === null ? {} : { output: row.output.value }),
          ...(row.response === null ? {} : { response: row.response }),
        }
      )
    },
    async release({ id, epoch }) {
      await db
        .updateTable('execution')
        .set({ status: 'queued', runnerId: null })
        .where('id', '=', id)
        .where('epoch', '=', epoch)
        .where('status', '=', 'running')
        .execute()
    },
  }
}
