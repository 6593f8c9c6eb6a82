import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { fireSchedules } from './fire-schedules.ts'

// Far in the future, so that the real clock has no part in it; and a role that does not look by itself.
const NOON = Date.parse('2040-06-01T12:00:00Z')
const SECOND_MS = 1_000
const at = (seconds: number) => new Date(NOON + seconds * SECOND_MS).toISOString()

let server: TestApp
beforeEach(async () => {
  server = await createTestApp({ ENSUE_ROLE: 'http' })
})
afterEach(() => server.stop())

async function ok(path: string, body: unknown) {
  const reply = await server.call(`/api/${path}`, { body })
  expect(reply.body.errors).toBeUndefined()
  return reply.body.data
}

async function deploy(config: object, key = 'tick') {
  const definition = { trigger: { type: 'schedule', config }, nodes: [] }
  const there = (await server.call(`/api/workflows:get`, { body: { key } })).status === 200
  if (there) await ok('workflows:saveDraft', { key, definition })
  else await ok('workflows:create', { key, title: key, definition })
  await ok('workflows:deploy', { key })
  await ok('workflows:enable', { key, enabled: true })
}

/** Looks until nothing is due, as the loop of a runner does. */
async function fire(seconds: number, app = server.app): Promise<void> {
  for (let more = true; more; ) more = await fireSchedules(app, at(seconds))
}

/** The database's clock goes on in steps of seconds, and somebody looks. */
async function watch(from: number, to: number, step = 1): Promise<void> {
  for (let now = from; now <= to; now += step) await fire(now)
}

async function runs(
  status?: string,
): Promise<{ seconds: number; number: number | null; status: string; error: unknown }[]> {
  const rows = await server.app.client.db
    .selectFrom('execution')
    .select(['context', 'status', 'error'])
    .where('triggerType', '=', 'schedule')
    .orderBy('id')
    .execute()
  return rows
    .filter((row) => status === undefined || row.status === status)
    .map(({ context, ...row }) => ({
      seconds: (Date.parse(String(context.scheduledAt)) - NOON) / SECOND_MS,
      number: context.number as number | null,
      ...row,
    }))
}
const fired = async (status?: string) => (await runs(status)).map(({ seconds }) => seconds)
const end = (status: 'succeeded') =>
  server.app.client.db
    .updateTable('execution')
    .set({ status, finishedAt: new Date().toISOString() })
    .where('status', '=', 'queued')
    .execute()

const every10 = { everyMs: 10_000, start: at(0) }

describe('a schedule', () => {
  test('fires at its times, each once, and numbers its runs', async () => {
    await deploy(every10)
    await watch(-1, 25)
    await watch(25, 31)
    expect(await runs()).toMatchObject([
      { seconds: 0, number: 1, status: 'queued' },
      { seconds: 10, number: 2 },
      { seconds: 20, number: 3 },
      { seconds: 30, number: 4 },
    ])
  })

  test('shared by two processes fires 200 times exactly', async () => {
    const other = await createTestApp({ ENSUE_ROLE: 'http' }, server)
    try {
      await deploy({ everyMs: 1_000, start: at(1) })
      await fire(0)
      for (let now = 1; now <= 200; now++) await Promise.all([fire(now), fire(now, other.app), fire(now)])
      const seconds = await fired()
      expect(seconds).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
      expect((await runs()).map(({ number }) => number)).toEqual(seconds)
    } finally {
      await other.stop()
    }
  })

  test('loses nothing when a process dies before it commits', async () => {
    await deploy(every10)
    await watch(-1, 0)
    const { insert } = server.app.runs
    server.app.runs.insert = async (trx, starts) => {
      await insert(trx, starts)
      throw new Error('killed')
    }
    await expect(fireSchedules(server.app, at(10))).rejects.toThrow('killed')
    server.app.runs.insert = insert
    expect(await fired()).toEqual([0])
    await watch(11, 12)
    expect(await fired()).toEqual([0, 10])
  })

  test('ends after its most runs, and at its end', async () => {
    await deploy({ ...every10, maxRuns: 2 }, 'twice')
    await deploy({ ...every10, start: at(5), end: at(15) }, 'until')
    await watch(-1, 60)
    expect(await fired()).toEqual([0, 5, 10, 15])
    const rows = await server.app.client.db
      .selectFrom('schedule')
      .select(['active', 'runs', 'nextFireAt', 'finishedAt'])
      .execute()
    expect(rows).toEqual([
      { active: false, runs: 2, nextFireAt: null, finishedAt: at(10) },
      { active: false, runs: 2, nextFireAt: null, finishedAt: at(15) },
    ])
  })

  test('keeps its times through summer time', async () => {
    await deploy({ cron: '30 2 * * *', timeZone: 'Europe/Berlin', start: '2041-03-30T00:00:00Z', missed: 'all' })
    for (const day of ['2041-03-30', '2041-03-31', '2041-04-01'])
      for (const hour of ['00', '01', '02']) await fireSchedules(server.app, `${day}T${hour}:30:01Z`)
    const rows = await server.app.client.db.selectFrom('execution').select('context').orderBy('id').execute()
    expect(rows.map(({ context }) => context.scheduledAt)).toEqual([
      '2041-03-30T01:30:00.000Z',
      '2041-03-31T01:00:00.000Z',
      '2041-04-01T00:30:00.000Z',
    ])
  })
})

describe('after a time in which nothing ran', () => {
  const downtime = async (missed?: string) => {
    await deploy({ ...every10, ...(missed ? { missed } : {}) })
    await watch(-1, 11)
    await watch(55, 71)
    return fired()
  }

  test('the last of the missed fires runs, unless told otherwise', async () => {
    expect(await downtime()).toEqual([0, 10, 50, 60, 70])
  })

  test('skip leaves them out', async () => {
    expect(await downtime('skip')).toEqual([0, 10, 60, 70])
  })

  test('all catches up in order', async () => {
    expect(await downtime('all')).toEqual([0, 10, 20, 30, 40, 50, 60, 70])
  })

  test('all of many come in several transactions', async () => {
    await deploy({ everyMs: 1_000, start: at(1), missed: 'all' })
    await fire(0)
    expect(await fireSchedules(server.app, at(120))).toBe(true)
    expect(await fired()).toHaveLength(50)
    await fire(120)
    expect(await fired()).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
  })

  test('a process that was only slow has missed nothing', async () => {
    await deploy({ everyMs: 1_000, start: at(1), missed: 'skip' })
    await watch(0, 12, 4)
    expect(await fired()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })
})

describe('while a run is not over', () => {
  test('allow starts the next beside it', async () => {
    await deploy(every10)
    await watch(-1, 11)
    expect(await fired('queued')).toEqual([0, 10])
  })

  test('skip records what does not run, and why', async () => {
    await deploy({ ...every10, overlap: 'skip' })
    await watch(-1, 21)
    expect(await runs('skipped')).toMatchObject([
      { seconds: 10, number: null, error: { code: 'overlap' } },
      { seconds: 20 },
    ])
    await end('succeeded')
    await watch(22, 31)
    expect((await runs('queued')).map(({ seconds, number }) => [seconds, number])).toEqual([[30, 2]])
  })

  test('queue starts the next when it is over, in order', async () => {
    await deploy({ ...every10, overlap: 'queue' })
    await watch(-1, 21)
    expect(await fired('queued')).toEqual([0, 10, 20])
    const stored = () =>
      server.app.client.db.selectFrom('execution').select(['startedAt', 'finishedAt']).orderBy('id').execute()
    const runner = await createTestApp({}, server)
    try {
      await expect.poll(() => fired('succeeded'), { timeout: 10_000 }).toEqual([0, 10, 20])
      const [first, second, third] = await stored()
      expect(second!.startedAt! >= first!.finishedAt!).toBe(true)
      expect(third!.startedAt! >= second!.finishedAt!).toBe(true)
    } finally {
      await runner.stop()
    }
  })
})

describe('changes of the workflow', () => {
  test('a disabled one does not fire, though it was due, and goes on from when it is enabled', async () => {
    await deploy(every10)
    await watch(-1, 0)
    await ok('workflows:enable', { key: 'tick', enabled: false })
    await watch(1, 15)
    expect(await fired()).toEqual([0])
    // The real clock says when it is enabled, so its start is the next fire again; that one has run.
    await ok('workflows:enable', { key: 'tick', enabled: true })
    await watch(16, 21)
    expect((await fired()).at(-1)).toBe(20)
    expect(new Set(await fired()).size).toBe((await fired()).length)
  })

  test('a deploy that leaves the times alone changes nothing of the state', async () => {
    await deploy(every10)
    await watch(-1, 11)
    await deploy({ ...every10, overlap: 'skip' })
    const row = await server.app.client.db.selectFrom('schedule').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ runs: 2, nextFireAt: at(20), lastFireAt: at(10), config: { overlap: 'skip' } })
    await deploy({ ...every10, everyMs: 7_000 })
    const other = await server.app.client.db.selectFrom('schedule').selectAll().executeTakeFirstOrThrow()
    expect(other).toMatchObject({ runs: 0, nextFireAt: at(0), lastFireAt: null })
    await ok('workflows:rollback', { key: 'tick', version: 1 })
    expect(await server.app.client.db.selectFrom('schedule').selectAll().executeTakeFirstOrThrow()).toMatchObject({
      config: { everyMs: 10_000 },
    })
  })

  test('another trigger, or none, takes the schedule away', async () => {
    await deploy(every10)
    await ok('workflows:saveDraft', { key: 'tick', definition: { trigger: { type: 'manual', config: {} }, nodes: [] } })
    await ok('workflows:deploy', { key: 'tick' })
    expect(await server.app.client.db.selectFrom('schedule').selectAll().execute()).toEqual([])
    await deploy(every10, 'other')
    await ok('workflows:delete', { key: 'other' })
    await watch(-1, 11)
    expect(await fired()).toEqual([])
  })
})
