import type { NodeRun } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'

/** Everything an execution has journaled, oldest first: what came with its row, then the flushes of each claim. */
export async function readJournal(db: DbOrTrx, executionId: string): Promise<NodeRun[]> {
  const { rows } = await sql<{ entries: NodeRun[] }>`
    select entries from (
      select -1 as epoch, 0 as seq, journal as entries from ensue.execution where id = ${executionId} and journal is not null
      union all
      select epoch, seq, entries from ensue.journal where execution_id = ${executionId}) as j
    order by epoch, seq`.execute(db)
  return rows.flatMap((row) => row.entries)
}

/** Deletes the node runs of executions that something else than their runs has ended, where their versions keep none. */
export async function forgetNodeRuns(trx: Trx, executionIds: readonly string[]): Promise<void> {
  await sql`
    with quiet as (
      select e.id from ensue.execution e join ensue.workflow_version v on v.id = e.version_id
      where e.id = any(${[...executionIds]}::uuid[]) and not e.debug and v.definition #>> '{options,logLevel}' = 'none'),
    forgotten as (delete from ensue.journal j using quiet where j.execution_id = quiet.id)
    update ensue.execution e set journal = null from quiet where e.id = quiet.id and e.journal is not null`.execute(trx)
}
