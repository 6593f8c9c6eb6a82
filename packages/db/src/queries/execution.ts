import { type Definition, type ExecutionStatus, foldJournal, type LogLevel, type NodeRun } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { forgetNodeRuns, readJournal } from './journal.ts'
import { resolveAwaited } from './wait.ts'
import { findWorkflowId } from './workflow.ts'

export interface ExecutionFilter {
  workflow?: string
  status?: ExecutionStatus[]
  trigger?: string
  /** What this execution has started, retries included. */
  parentId?: string
  /** Debug runs, or real ones only. */
  debug: boolean
  /** Instants; queued from, up to but without. */
  from?: string
  to?: string
  /** The id of the last execution of the page before. */
  after?: string
  limit: number
}

const LIST_COLUMNS = [
  'e.id',
  'w.key as workflow',
  'w.title as workflowTitle',
  'v.number as version',
  'e.status',
  'e.reason',
  'e.triggerType as trigger',
  'e.sync',
  'e.debug',
  'e.label',
  'e.error',
  'e.parentId',
  'e.depth',
  'e.queuedAt',
  'e.startedAt',
  'e.finishedAt',
] as const

const joined = (db: DbOrTrx) =>
  db
    .selectFrom('execution as e')
    .leftJoin('workflow as w', 'w.id', 'e.workflowId')
    .leftJoin('workflowVersion as v', 'v.id', 'e.versionId')

/** Newest first, without contexts and outputs. */
export async function listExecutions(db: DbOrTrx, filter: ExecutionFilter) {
  let query = joined(db)
    .select(LIST_COLUMNS)
    .where('e.debug', '=', filter.debug)
    .orderBy('e.id', 'desc')
    .limit(filter.limit)
  if (filter.workflow !== undefined) {
    const workflowId = await findWorkflowId(db, filter.workflow)
    if (workflowId === undefined) return []
    query = query.where('e.workflowId', '=', workflowId)
  }
  if (filter.status !== undefined) query = query.where('e.status', 'in', filter.status)
  if (filter.trigger !== undefined) query = query.where('e.triggerType', '=', filter.trigger)
  if (filter.parentId !== undefined) query = query.where('e.parentId', '=', filter.parentId)
  if (filter.from !== undefined) query = query.where('e.queuedAt', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('e.queuedAt', '<', filter.to)
  if (filter.after !== undefined) query = query.where('e.id', '<', filter.after)
  return query.execute()
}

export type ExecutionListRow = Awaited<ReturnType<typeof listExecutions>>[number]

export async function findExecution(db: DbOrTrx, id: string) {
  const row = await joined(db)
    .select(LIST_COLUMNS)
    .select([
      'e.context',
      'e.output',
      'e.response',
      'e.messages',
      'e.epoch',
      'e.workflowId',
      'e.versionId',
      'e.rootId',
      // Versions can be asked for by their number; a draft that was debugged has none.
      sql<Definition | null>`case when v.number is null then v.definition end`.as('definition'),
      sql<LogLevel | null>`v.definition #>> '{options,logLevel}'`.as('logLevel'),
    ])
    .where('e.id', '=', id)
    .executeTakeFirst()
  return row && { ...row, output: row.output === null ? null : row.output.value }
}

/** The newest entry of every node run, in the order in which they started. */
export async function listNodeRuns(db: DbOrTrx, executionId: string): Promise<NodeRun[]> {
  return [...foldJournal(await readJournal(db, executionId)).values()]
}

/** A number that changes whenever the execution or its journal does. */
export async function findExecutionMark(db: DbOrTrx, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ mark: string }>`
    select e.status || ' ' || e.epoch || ' ' || (select count(*) from ensue.journal j where j.execution_id = e.id) as mark
    from ensue.execution e where e.id = ${id}`.execute(db)
  return rows[0]?.mark
}

/** Ends an execution that isn't over, with its waits and tasks and the sub-workflows it has started, waited for or not; a run under way
 *  loses its fence.
 *  @returns false when it was over already */
export async function cancelExecution(trx: Trx, id: string, reason = 'canceled'): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('execution')
    .set((eb) => ({
      status: 'canceled',
      reason,
      epoch: eb('epoch', '+', 1),
      runnerId: null,
      finishedAt: sql<string>`clock_timestamp()`,
    }))
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running', 'waiting'])
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  const waits = await trx
    .deleteFrom('wait')
    .where('executionId', '=', id)
    .where('resolvedAt', 'is', null)
    .returning('awaitedId')
    .execute()
  const awaited = waits.flatMap(({ awaitedId }) => awaitedId ?? [])
  for (const child of new Set([...awaited, ...(await listUnfinishedSubWorkflows(trx, id))]))
    await cancelExecution(trx, child, 'caller_canceled')
  await resolveAwaited(trx, [id])
  await forgetNodeRuns(trx, [id])
  await trx
    .updateTable('task')
    .set({ status: 'canceled', decidedAt: sql<string>`now()` })
    .where('executionId', '=', id)
    .where('status', '=', 'pending')
    .execute()
  return true
}

/** What an execution has started by its Sub-workflow nodes; retries have their parents too, but only of such that are over. */
async function listUnfinishedSubWorkflows(trx: Trx, id: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('execution')
    .select('id')
    .where('parentId', '=', id)
    .where('triggerType', '=', 'call')
    .where('finishedAt', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}

export async function listUnfinishedExecutions(db: DbOrTrx, workflowId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('execution')
    .select('id')
    .where('workflowId', '=', workflowId)
    .where('status', 'in', ['queued', 'running', 'waiting'])
    .execute()
  return rows.map((row) => row.id)
}

/** Oldest first; starts of the workflow that ask in other transactions wait until this one ends. */
export async function listUnfinishedWithin(trx: Trx, workflowId: string, limitKey: string): Promise<string[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${workflowId}, 2))`.execute(trx)
  const rows = await trx
    .selectFrom('execution')
    .select('id')
    .where('workflowId', '=', workflowId)
    .where('limitKey', '=', limitKey)
    .where('finishedAt', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Gives a queued execution what another one has journaled already: it is not run again. */
export async function insertJournal(trx: Trx, executionId: string, entries: NodeRun[]): Promise<void> {
  if (entries.length === 0) return
  // As if claimed before: the next claim reads the journal.
  await trx.updateTable('execution').set({ epoch: 1 }).where('id', '=', executionId).execute()
  await trx
    .insertInto('journal')
    .values({ executionId, epoch: 0, seq: 0, entries: JSON.stringify(entries) })
    .execute()
}

/** Ids of the workflows that ran in the chains of causation that end with these executions, by execution. */
export async function listWorkflowsInChains(
  db: DbOrTrx,
  executionIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const chains = new Map<string, Set<string>>()
  if (executionIds.length === 0) return chains
  const { rows } = await sql<{ last: string; workflowId: string }>`
    with recursive chain as (
      select id as last, workflow_id, parent_id, 1 as step from ensue.execution where id = any(${[...executionIds]}::uuid[])
      union all
      select chain.last, e.workflow_id, e.parent_id, chain.step + 1
      from ensue.execution e join chain on e.id = chain.parent_id where chain.step < 64)
    select distinct last, workflow_id from chain`.execute(db)
  for (const { last, workflowId } of rows) chains.getOrInsertComputed(last, () => new Set()).add(workflowId)
  return chains
}

/** Those of one chain. */
export async function listWorkflowsInChain(db: DbOrTrx, executionId: string): Promise<Set<string>> {
  return (await listWorkflowsInChains(db, [executionId])).get(executionId) ?? new Set()
}
