import { performance } from 'node:perf_hooks'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { fireSchedules } from './fire-schedules.ts'

// Far in the future, so that the real clock has no part in it; and a role that does not look by itself.
const NOON = Date.parse('2040-06-01T12:00:00Z')
const HOUR = 3_600_000
const at = (hours: number) => new Date(NOON + hours * HOUR).toISOString()

let server: TestApp
beforeEach(async () => {
  server = await createTestApp({ ENSUE_ROLE: 'http' })
  await createOrders()
})
afterEach(() => server.stop())

async function ok(path: string, body: unknown) {
  const reply = await server.call(`/api/${path}`, { body })
  expect(reply.body.errors).toBeUndefined()
  return reply.body.data
}

const createOrders = () =>
  ok('collections:create', {
    name: 'orders',
    fields: [
      { name: 'title', type: 'string' },
      { name: 'dueAt', type: 'datetime' },
      { name: 'day', type: 'date' },
      { name: 'secret', type: 'string', hidden: true },
    ],
  })

async function deploy(config: object = {}, dateField: object = {}) {
  const trigger = {
    type: 'schedule',
    config: { dateField: { collection: 'orders', field: 'dueAt', ...dateField }, ...config },
  }
  await ok('workflows:create', { key: 'due', title: 'Due', definition: { trigger, nodes: [] } })
  await ok('workflows:deploy', { key: 'due' })
  await ok('workflows:enable', { key: 'due', enabled: true })
}

/** Somebody looks at the hour, and had looked shortly before. */
async function fire(hours: number): Promise<void> {
  await fireSchedules(server.app, new Date(NOON + hours * HOUR - 1_000).toISOString())
  for (let more = true; more; ) more = await fireSchedules(server.app, at(hours))
}

async function fired(): Promise<[title: unknown, hours: number, status: string][]> {
  const rows = await server.app.client.db.selectFrom('execution').select(['context', 'status']).orderBy('id').execute()
  return rows.map(({ context, status }) => [
    (context.data as { title?: string } | null)?.title,
    (Date.parse(String(context.scheduledAt)) - NOON) / HOUR,
    status,
  ])
}
const armed = () => server.app.client.db.selectFrom('scheduleRecord').selectAll().execute()

describe('the date of a record', () => {
  test('fires once, for records from before and after the deploy, with the record', async () => {
    await ok('orders:create', { title: 'before', dueAt: at(1), secret: 'x' })
    await ok('orders:create', { title: 'past', dueAt: '2020-01-01T00:00:00Z' })
    await ok('orders:create', { title: 'none' })
    await deploy()
    await ok('orders:create', { title: 'after', dueAt: at(2) })
    for (const hours of [0, 1, 2, 3]) await fire(hours)
    expect(await fired()).toEqual([
      ['before', 1, 'queued'],
      ['after', 2, 'queued'],
    ])
    const { context } = await server.app.client.db
      .selectFrom('execution')
      .select('context')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(context).toMatchObject({ number: 1, firedAt: at(1), data: { id: 1, title: 'before', dueAt: at(1) } })
    expect(context.data).not.toHaveProperty('secret')
    expect(await armed()).toEqual([])
  })

  test('counts with the offset, and from midnight of the zone when it has no time', async () => {
    await deploy({ timeZone: 'America/New_York' }, { field: 'day', offsetMs: -2 * HOUR })
    await ok('orders:create', { title: 'day', day: '2040-06-02' })
    await fire(13)
    expect(await fired()).toEqual([])
    await fire(14)
    expect(await fired()).toEqual([['day', 14, 'queued']])
  })

  test('is followed when it changes, also by plain SQL, and not when something else does', async () => {
    await deploy()
    const { id } = await ok('orders:create', { title: 'moved', dueAt: at(1) })
    await ok(`orders:update/${id}`, { dueAt: at(3) })
    await fire(1)
    expect(await fired()).toEqual([])
    await ok(`orders:update/${id}`, { title: 'named' })
    await sql`update data.orders set "dueAt" = ${at(5)}`.execute(server.app.client.db)
    await fire(3)
    expect(await fired()).toEqual([])
    await fire(5)
    expect(await fired()).toEqual([['named', 5, 'queued']])
    // Another date, and back to the one that has had its run.
    await ok(`orders:update/${id}`, { dueAt: at(6) })
    await ok(`orders:update/${id}`, { dueAt: at(5) })
    await fire(7)
    await ok(`orders:update/${id}`, { dueAt: at(8) })
    await fire(8)
    expect((await fired()).map(([, hours]) => hours)).toEqual([5, 8])
  })

  test('is forgotten with the record, or when it is emptied', async () => {
    await deploy()
    const gone = await ok('orders:create', { title: 'gone', dueAt: at(1) })
    const emptied = await ok('orders:create', { title: 'emptied', dueAt: at(1) })
    await fire(0)
    await ok(`orders:destroy/${gone.id}`, {})
    await ok(`orders:update/${emptied.id}`, { dueAt: null })
    await fire(2)
    expect(await fired()).toEqual([])
    expect(await armed()).toEqual([])
  })

  test('waits for a record that is written when its time comes', async () => {
    await deploy()
    await fire(0)
    const { db } = server.app.client
    await db.transaction().execute(async (trx) => {
      await sql`insert into data.orders (title, "dueAt") values ('slow', ${at(1)})`.execute(trx)
      await fire(1)
    })
    expect(await fired()).toEqual([])
    await fire(2)
    expect(await fired()).toEqual([['slow', 1, 'queued']])
  })
})

describe('a date that was past when it was stored', () => {
  test.each([
    [undefined, []],
    ['skip', []],
    ['last', [-1]],
    ['all', [-1]],
  ])('follows the policy %s', async (missed, expected) => {
    const past = new Date(Date.now() - HOUR).toISOString()
    await deploy(missed ? { missed } : {})
    await ok('orders:create', { title: 'late', dueAt: past })
    for (let more = true; more; ) more = await fireSchedules(server.app)
    const rows = await server.app.client.db.selectFrom('execution').select('context').execute()
    expect(
      rows.map(({ context }) => Math.round((Date.parse(String(context.scheduledAt)) - Date.now()) / HOUR)),
    ).toEqual(expected)
  })

  test('is made up for in every repetition only by all', async () => {
    await deploy({ missed: 'all' }, { repeat: { everyMs: HOUR } })
    const past = new Date(Date.now() - 3.5 * HOUR).toISOString()
    await ok('orders:create', { title: 'late', dueAt: past })
    for (let more = true; more; ) more = await fireSchedules(server.app)
    expect(await fired()).toHaveLength(4)
  })
})

test('what came due while nothing ran is made up for unless it is to be skipped', async () => {
  await deploy()
  await ok('orders:create', { title: 'missed', dueAt: at(1) })
  await fire(0)
  for (let more = true; more; ) more = await fireSchedules(server.app, at(4))
  expect(await fired()).toEqual([['missed', 1, 'queued']])
})

test('a date is repeated for each record, until the end', async () => {
  await deploy({ end: at(4.5), overlap: 'skip' }, { repeat: { everyMs: 2 * HOUR } })
  await ok('orders:create', { title: 'a', dueAt: at(0) })
  await ok('orders:create', { title: 'b', dueAt: at(1) })
  for (const hours of [0, 1, 2]) await fire(hours)
  expect(await fired()).toEqual([
    ['a', 0, 'queued'],
    ['b', 1, 'queued'],
    ['a', 2, 'skipped'],
  ])
  await server.app.client.db.updateTable('execution').set({ status: 'succeeded' }).execute()
  for (const hours of [3, 4, 5, 6, 7]) await fire(hours)
  expect((await fired()).slice(3)).toEqual([
    ['b', 3, 'queued'],
    ['a', 4, 'queued'],
  ])
  expect(await armed()).toEqual([])
})

test('the most runs are those of all records', async () => {
  await deploy({ maxRuns: 2 })
  for (const hours of [3, 1, 2]) await ok('orders:create', { title: `at ${hours}`, dueAt: at(hours) })
  for (const hours of [1, 2, 3]) await fire(hours)
  expect((await fired()).map(([title]) => title)).toEqual(['at 1', 'at 2'])
})

test('what overlaps takes the place of no run', async () => {
  // Both are due at the same look, the one that overlaps first.
  await deploy({ maxRuns: 2, overlap: 'skip' }, { repeat: { everyMs: HOUR - 500 } })
  await ok('orders:create', { title: 'a', dueAt: at(0) })
  await ok('orders:create', { title: 'b', dueAt: at(1) })
  await fire(0)
  await fire(1)
  expect((await fired()).map(([title, , status]) => [title, status])).toEqual([
    ['a', 'queued'],
    ['a', 'skipped'],
    ['b', 'queued'],
  ])
})

describe('changes around it', () => {
  test('a disabled one notes nothing, and arms what is to come when it is enabled', async () => {
    await deploy()
    await ok('orders:create', { title: 'one', dueAt: at(1) })
    await ok('workflows:enable', { key: 'due', enabled: false })
    await ok('orders:create', { title: 'two', dueAt: at(2) })
    expect(await armed()).toEqual([])
    await fire(1)
    await ok('workflows:enable', { key: 'due', enabled: true })
    expect(await armed()).toHaveLength(2)
  })

  test('a collection that is dropped and made anew is followed again; a deleted workflow leaves no trace', async () => {
    await deploy()
    await ok('orders:create', { title: 'old', dueAt: at(1) })
    await ok('collections:drop', { name: 'orders', confirm: ['orders'] })
    await fire(2)
    await createOrders()
    await ok('orders:create', { title: 'new', dueAt: at(3) })
    await fire(3)
    expect(await fired()).toEqual([['new', 3, 'queued']])
    await ok('workflows:delete', { key: 'due', cancel: true })
    await ok('orders:create', { title: 'free', dueAt: at(4) })
    expect(await armed()).toEqual([])
    const { rows } = await sql`select 1 from pg_trigger where tgname like 'ensue_schedule_%'`.execute(
      server.app.client.db,
    )
    expect(rows).toEqual([])
  })

  test('its field may be dropped', async () => {
    await deploy({}, { field: 'day' })
    await ok('orders:create', { title: 'x', day: '2040-06-02' })
    await ok('collections:alter', {
      name: 'orders',
      fields: [{ name: 'title', type: 'string' }],
      confirm: ['dueAt', 'day', 'secret'],
    })
    await ok('orders:create', { title: 'y' })
    await fire(48)
    expect(await fired()).toEqual([])
  })
})

test('dates that no clock gets to do no harm', async () => {
  await deploy({}, { offsetMs: 3_155_760_000_000 })
  await sql`insert into data.orders ("dueAt") values ('infinity'), ('-infinity'), ('290000-01-01'), ('4000-01-01 BC')`.execute(
    server.app.client.db,
  )
  await fire(1)
  expect(await fired()).toEqual([])
  await ok('workflows:enable', { key: 'due', enabled: false })
  await ok('workflows:enable', { key: 'due', enabled: true })
  await fire(2)
  expect(await fired()).toEqual([])
})

test('100,000 records are armed at once, and a look reads only what is due', async () => {
  const { db } = server.app.client
  await sql`insert into data.orders (title, "dueAt") select 'r' || i, ${at(0)}::timestamptz + i * interval '1 minute' from generate_series(1, 100000) i`.execute(
    db,
  )
  await deploy()
  expect(await armed()).toHaveLength(100_000)
  await sql`analyze ensue.schedule_record`.execute(db)
  await fire(0)
  const started = performance.now()
  for (let minute = 1; minute <= 60; minute++) await fireSchedules(server.app, at(minute / 60))
  const perLookMs = (performance.now() - started) / 60
  expect(await fired()).toHaveLength(60)
  expect(perLookMs).toBeLessThan(100)
  const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select record_id from ensue.schedule_record
    where workflow_id = (select workflow_id from ensue.schedule) and due_at <= ${at(2)} order by due_at limit 200`.execute(
    db.withoutPlugins(),
  )
  expect(JSON.stringify(rows)).toContain('schedule_record_due')
}, 60_000)
