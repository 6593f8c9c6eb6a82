import { newId } from '@ensue/engine/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect, type DatabaseClient } from '../client.ts'
import { createTestDb, type TestDb } from '../testing/test-db.ts'
import { deleteOldExecutions, type EndStatus, type ExecutionRetention, type Kept } from './execution-retention.ts'

let database: TestDb
let client: DatabaseClient
beforeAll(async () => {
  database = await createTestDb()
  client = connect(database.connectionString)
})
afterAll(async () => {
  await client.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate ensue.execution, ensue.journal, ensue.wait, ensue.task, ensue.event`.execute(client.db)
})

const DAY_MS = 86_400_000
const WORKFLOW = '01980000-0000-7000-8000-000000000001'
const OTHER = '01980000-0000-7000-8000-000000000002'

interface Row {
  status?: string
  workflowId?: string
  /** Of the start and, where it is over, of the end. */
  days?: number
  endedDays?: number
  parentId?: string
  idempotencyKey?: string
  triggerType?: string
  sync?: boolean
  debug?: boolean
}

const OVER = ['succeeded', 'failed', 'canceled', 'skipped']

function idOf(days: number): string {
  const ms = Math.round(Date.now() - days * DAY_MS)
    .toString(16)
    .padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}${newId().slice(13)}`
}

async function put({
  status = 'succeeded',
  workflowId = WORKFLOW,
  days = 0.5,
  endedDays = days,
  parentId,
  idempotencyKey,
  triggerType = 'webhook',
  sync = false,
  debug = false,
}: Row = {}): Promise<string> {
  const id = idOf(days)
  const ago = (of: number) => sql`now() - ${of}::double precision * interval '1 day'`
  await sql`insert into ensue.execution (id, workflow_id, version_id, status, trigger_type, sync, debug, context, parent_id, idempotency_key,
      queued_at, finished_at)
    values (${id}, ${workflowId}, ${newId()}, ${status}, ${triggerType}, ${sync}, ${debug}, '{}', ${parentId ?? null}, ${idempotencyKey ?? null},
      ${ago(days)}, ${OVER.includes(status) ? ago(endedDays) : sql`null`})`.execute(client.db)
  return id
}

const KEPT: Record<EndStatus, Kept> = {
  succeeded: { maxAgeDays: 7 },
  failed: { maxAgeDays: 30 },
  canceled: { maxAgeDays: 30 },
  skipped: { maxAgeDays: 30 },
}
const retention = (kept: Partial<typeof KEPT> = {}, keyWindowMs = DAY_MS): ExecutionRetention => ({
  kept: { ...KEPT, ...kept },
  keyWindowMs,
})

async function deleteAll(kept: ExecutionRetention = retention(), through = client): Promise<void> {
  const marks = new Map<string, string>()
  while (await deleteOldExecutions(through.db, () => kept, marks));
}
async function ids(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from ensue.execution order by id`.execute(client.db)
  return rows.map(({ id }) => id)
}
const count = async (table: string): Promise<number> =>
  (await sql<{ count: number }>`select count(*)::int as count from ensue.${sql.raw(table)}`.execute(client.db)).rows[0]!
    .count

describe('the retention of executions', () => {
  it('deletes by status and age since the end, with all that is theirs, and nothing that is not over', async () => {
    const kept = [
      ...(await Promise.all(['queued', 'running', 'waiting'].map((status) => put({ status, days: 400 })))),
      await put({ days: 6 }),
      await put({ status: 'failed', days: 29 }),
      await put({ days: 300, endedDays: 1 }),
    ]
    const gone = [
      await put({ days: 8 }),
      ...(await Promise.all(['failed', 'canceled', 'skipped'].map((status) => put({ status, days: 31 })))),
      await put({ days: 8, workflowId: OTHER }),
    ]
    for (const id of [kept[2]!, gone[0]!]) {
      await sql`insert into ensue.journal values (${id}, 1, 0, '[]'), (${id}, 1, 1, '[]')`.execute(client.db)
      await sql`insert into ensue.wait (execution_id, path, kind) values (${id}, 'a', 'timer')`.execute(client.db)
      await sql`insert into ensue.task (id, execution_id, path, node, title, decisions)
        values (${newId()}, ${id}, 'a', 'a', 'A', '[]')`.execute(client.db)
    }
    await deleteAll()
    expect(await ids()).toEqual(kept.sort())
    expect([await count('journal'), await count('wait'), await count('task')]).toEqual([2, 1, 1])
  })

  it('keeps so many of each status of each workflow, the newest, and what has just ended', async () => {
    const made = new Map<string, string[]>()
    for (const workflowId of [WORKFLOW, OTHER])
      for (const status of OVER)
        for (const days of [0.5, 0.4, 0.3, 0.2, 0.1])
          made.getOrInsertComputed(`${workflowId} ${status}`, () => []).push(await put({ workflowId, status, days }))
    const waiting = await put({ status: 'waiting', days: 6 })
    const justEnded = await put({ days: 6, endedDays: 0 })
    await deleteAll(retention({ succeeded: { maxAgeDays: 7, maxCount: 2 }, failed: { maxAgeDays: 7, maxCount: 0 } }))
    const expected = [...made].flatMap(([key, all]) =>
      key.endsWith('succeeded') ? all.slice(-2) : key.endsWith('failed') ? [] : all,
    )
    expect(await ids()).toEqual([...expected, waiting, justEnded].sort())
  })

  it('keeps one that a second start is to find by its idempotency key', async () => {
    const young = await put({ days: 0.9, idempotencyKey: 'young' })
    await put({ days: 1.1, idempotencyKey: 'old' })
    await put({ days: 0.9 })
    const none = retention({ succeeded: { maxAgeDays: 7, maxCount: 0 } })
    await deleteAll(none)
    expect(await ids()).toEqual([young])
    const week = await put({ days: 9, idempotencyKey: 'a longer window' })
    await deleteAll(retention({}, 10 * DAY_MS))
    expect(await ids()).toEqual([young, week].sort())
  })

  it('keeps what its caller waits for, or may look for again', async () => {
    const waiting = await put({ status: 'waiting', triggerType: 'call' })
    const awaited = await put({ days: 40, parentId: waiting, triggerType: 'call' })
    await sql`insert into ensue.wait (execution_id, path, kind, awaited_id) values (${waiting}, 'sub', 'execution', ${awaited})`.execute(
      client.db,
    )
    const sync = await put({ status: 'running', sync: true })
    const called = await put({ days: 40, parentId: sync, triggerType: 'call', sync: true })
    await put({ days: 40, parentId: waiting, triggerType: 'call' })
    await deleteAll()
    expect(await ids()).toEqual([waiting, awaited, sync, called].sort())
    await sql`update ensue.wait set resolved_at = now()`.execute(client.db)
    await sql`update ensue.execution set status = 'succeeded', finished_at = now() where id = ${sync}`.execute(
      client.db,
    )
    await deleteAll()
    expect(await ids()).toEqual([waiting, sync].sort())
  })

  it('keeps the chain above what goes on or is still to come', async () => {
    const first = await put({ days: 50 })
    const second = await put({ days: 50, parentId: first })
    const third = await put({ status: 'waiting', days: 50, parentId: second })
    const emitter = await put({ days: 50 })
    await sql`insert into ensue.event (id, name, params, source, due_at)
      values (${newId()}, 'later', '{}', ${JSON.stringify({ kind: 'execution', executionId: emitter })}, now() + interval '1 year')`.execute(
      client.db,
    )
    await deleteAll()
    expect(await ids()).toEqual([first, second, third, emitter].sort())
    await sql`update ensue.execution set status = 'succeeded', finished_at = now() where id = ${third}`.execute(
      client.db,
    )
    await sql`update ensue.event set due_at = null`.execute(client.db)
    await deleteAll()
    expect(await ids()).toEqual([third])
  })

  it('keeps debug runs for 14 days, uncounted, whatever their workflow asks for', async () => {
    const kept = await put({ debug: true, days: 13 })
    await put({ debug: true, days: 15 })
    await put({ debug: true, days: 15, status: 'failed' })
    const counted = await put({ days: 0.2 })
    await deleteAll(retention({ succeeded: { maxAgeDays: 1, maxCount: 1 } }))
    expect(await ids()).toEqual([kept, counted].sort())
  })

  it('gets past any number that have to stay', async () => {
    const fill = (status: string, days: number, many: number) =>
      sql`insert into ensue.execution (id, workflow_id, version_id, status, trigger_type, sync, context, queued_at, finished_at)
        select overlay(gen_random_uuid()::text placing ${idOf(days).slice(0, 13)} from 1 for 13)::uuid, ${WORKFLOW}, ${newId()}, ${status}, 'webhook', false,
          '{}', now() - ${days}::double precision * interval '1 day',
          case when ${status} <> 'waiting' then now() - ${days}::double precision * interval '1 day' end
        from generate_series(1, ${many}::integer)`.execute(client.db)
    await fill('waiting', 300, 3_500)
    await fill('succeeded', 8, 2_500)
    const marks = new Map<string, string>()
    let turns = 0
    for (; (await count('execution')) > 3_500 && turns < 50; turns++)
      await deleteOldExecutions(client.db, () => retention(), marks)
    expect(await count('execution')).toBe(3_500)
    expect(turns).toBeLessThan(8)
    expect(await deleteOldExecutions(client.db, () => retention(), marks)).toBe(false)
  })

  it('is safe in many processes at once', async () => {
    for (let i = 0; i < 60; i++) await put({ days: i < 50 ? 9 : 1, status: i % 7 === 0 ? 'waiting' : 'succeeded' })
    const other = connect(database.connectionString)
    try {
      await Promise.all([client, other, client, other].map((through) => deleteAll(retention(), through)))
      await deleteAll()
    } finally {
      await other.close()
    }
    const { rows } = await sql<{ status: string; count: number }>`
      select status, count(*)::int as count from ensue.execution group by 1 order by 1`.execute(client.db)
    expect(rows).toEqual([
      { status: 'succeeded', count: 9 },
      { status: 'waiting', count: 9 },
    ])
  })
})
