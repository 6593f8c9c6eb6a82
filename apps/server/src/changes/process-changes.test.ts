import { lockChanges } from '@ensue/db'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'
import { processChanges } from './process-changes.ts'
import { startChanges } from './start-changes.ts'

/** Two processes on one database that handle changes by themselves, and a third that does so only when told. */
let test: TestApp
let other: TestApp
let idle: TestApp
let pool: pg.Pool

const call = async (path: string, body: object) => {
  const reply = await test.call(`/api/${path}`, { body })
  expect(reply.body.errors).toBeUndefined()
  return reply.body.data
}
const drained = () =>
  expect
    .poll(async () => (await pool.query('select from ensue.change where error is null')).rowCount, { timeout: 15_000 })
    .toBe(0)
const executionsOf = async (key: string) =>
  (
    await pool.query(
      `select e.* from ensue.execution e join ensue.workflow w on w.id = e.workflow_id where w.key = $1 order by e.id`,
      [key],
    )
  ).rows

async function listened(name: string): Promise<void> {
  await call('collections:create', {
    name,
    fields: [
      { name: 'title', type: 'string' },
      { name: 'n', type: 'integer', default: 0 },
    ],
  })
  await deployWorkflow(test.app, name, { type: 'collection', config: { collection: name } })
}

beforeAll(async () => {
  test = await createTestApp()
  other = await createTestApp({}, test)
  idle = await createTestApp({ ENSUE_ROLE: 'http' }, test)
  pool = new pg.Pool({ connectionString: test.app.client.connectionString, max: 24 })
})
afterAll(async () => {
  await pool.end()
  await idle.stop()
  await other.stop()
  await test.stop()
})

it('starts one execution for each committed change, and none for one that was rolled back', async () => {
  await listened('hammered')
  await pool.query(`insert into data.hammered (title) select 'seed' from generate_series(1, 20)`)
  const committed: string[] = []
  await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      const client = await pool.connect()
      const title = `t${index}`
      try {
        await client.query('begin')
        await client.query('select pg_sleep($1)', [Math.random() * 0.02])
        // A third makes a record, the others change one of few: they wait for each other.
        if (index % 3 === 0) await client.query('insert into data.hammered (title) values ($1)', [title])
        else
          await client.query('update data.hammered set title = $1, n = n + 1 where id = $2', [title, 1 + (index % 20)])
        await client.query('select pg_sleep($1)', [Math.random() * 0.01])
        const keep = index % 4 !== 0
        await client.query(keep ? 'commit' : 'rollback')
        if (keep) committed.push(title)
      } finally {
        client.release()
      }
    }),
  )
  await drained()
  const found = await executionsOf('hammered')
  const titles = found.map((row) => row.context.data.title).filter((title) => title !== 'seed')
  expect(titles.toSorted()).toEqual(committed.toSorted())
  // Of each record in the order of its commits: every update counts up.
  const counts = new Map<number, number>()
  for (const { context } of found) {
    const { id, n } = context.data
    expect(n).toBe(context.event === 'create' ? 0 : (counts.get(id) ?? 0) + 1)
    counts.set(id, n)
  }
}, 60_000)

it('does not wait for a transaction that stays open, and starts what it wrote when it commits', async () => {
  await listened('patient')
  const slow = await pool.connect()
  await slow.query('begin')
  await slow.query(`insert into data.patient (title) values ('slow')`)
  await call('patient:create', { title: 'quick' })
  await expect.poll(async () => (await executionsOf('patient')).length).toBe(1)
  await slow.query('commit')
  slow.release()
  await expect.poll(async () => (await executionsOf('patient')).length).toBe(2)
  expect((await executionsOf('patient')).map(({ context }) => context.data.title)).toEqual(['quick', 'slow'])
})

it('starts nothing twice and loses nothing when a process dies in the middle', async () => {
  await listened('survivor')
  const died = new Error('killed')
  for (let attempt = 0; attempt < 5; attempt++)
    await idle.app.client
      .transaction(async (trx) => {
        await lockChanges(trx, { wait: true })
        // While this one holds the lock, the two others can't take them.
        await pool.query(`insert into data.survivor (title) select 't' || g from generate_series($1::int, $1 + 9) g`, [
          attempt * 10 + 1,
        ])
        expect(await startChanges(idle.app, trx, { limit: 5 })).toBe(5)
        throw died
      })
      .catch((error: unknown) => expect(error).toBe(died))
  await drained()
  const titles = (await executionsOf('survivor')).map(({ context }) => context.data.title)
  expect(titles).toEqual(Array.from({ length: 50 }, (_, index) => `t${index + 1}`))
})

it('takes a backlog of a bulk statement in turns', async () => {
  await listened('bulky')
  await pool.query(`insert into data.bulky (title) select 't' || g from generate_series(1, 2500) g`)
  await drained()
  const titles = (await executionsOf('bulky')).map(({ context }) => context.data.title)
  expect(titles).toEqual(Array.from({ length: 2500 }, (_, index) => `t${index + 1}`))
})

it('sets aside a change that can not be handled, and goes on with the others', async () => {
  await listened('poisoned')
  // What no writer makes: a text where the table has a number.
  await pool.query(`
    begin;
    insert into data.poisoned (title) values ('before');
    insert into ensue.change (collection, after) values ('poisoned', '{"id": 1, "n": "not a number"}');
    insert into data.poisoned (title) values ('after');
    commit`)
  await drained()
  expect((await executionsOf('poisoned')).map(({ context }) => context.data.title)).toEqual(['before', 'after'])
  const { rows } = await pool.query('select collection, error from ensue.change')
  expect(rows).toMatchObject([{ collection: 'poisoned', error: expect.any(String) }])
  // Repaired, it is taken up again.
  await pool.query(`update ensue.change set after = '{"id": 1, "title": "repaired", "n": 1}', error = null`)
  await expect.poll(async () => (await executionsOf('poisoned')).at(-1).context.data.title).toBe('repaired')
})

it('drops changes that no workflow listens to any more', async () => {
  await listened('deserted')
  await pool.query(`begin; insert into ensue.change (collection, after) values ('nowhere', '{"id": 1}'), ('deserted', '{"id": 1}');
    update ensue.workflow set enabled = false where key = 'deserted'; commit`)
  await drained()
  expect(await executionsOf('deserted')).toEqual([])
})

it('has nothing to do where there are no changes', async () => {
  await drained()
  expect(await processChanges(idle.app)).toBe(false)
})
