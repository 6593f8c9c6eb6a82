import { type Kysely, sql } from 'kysely'

/** What the retention of executions looks at beside the indexes of lists. None of them costs a run that succeeds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index execution_not_succeeded on ensue.execution (workflow_id, status, id)
      where status in ('failed', 'canceled', 'skipped') and not debug;
    create index execution_debugged on ensue.execution (id) where debug;
    -- The chain of what a delayed event will start begins with its emitter.
    create index event_delayed_source on ensue.event ((source ->> 'executionId')) where due_at is not null;
  `.execute(db)
}
