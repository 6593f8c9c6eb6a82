import type { NodeRun } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'

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
