import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { describeSchedule } from './describe-schedule.ts'

let server: TestApp
beforeAll(async () => {
  server = await createTestApp({ ENSUE_ROLE: 'http' })
  await server.call('/api/collections:create', {
    body: {
      name: 'orders',
      fields: [
        { name: 'title', type: 'string' },
        { name: 'dueAt', type: 'datetime' },
      ],
    },
  })
})
afterAll(() => server.stop())

const call = async (path: string, body: unknown, token?: string) =>
  server.call(`/api/${path}`, { body, ...(token === undefined ? {} : { token }) })

async function deploy(key: string, config: object) {
  const definition = { trigger: { type: 'schedule', config }, nodes: [] }
  for (const [path, body] of [
    ['workflows:create', { key, title: `Title of ${key}`, definition }],
    ['workflows:deploy', { key }],
    ['workflows:enable', { key, enabled: true }],
  ] as const)
    expect((await call(path, body)).status).toBe(200)
}

test('the list tells of each schedule when it fires next, and in words what it is', async () => {
  await deploy('later', { cron: '0 9 * * 1-5', timeZone: 'Europe/Berlin', start: '2040-01-02' })
  await deploy('sooner', { everyMs: 900_000, start: '2040-01-01T00:00:00Z', maxRuns: 3 })
  await deploy('records', { dateField: { collection: 'orders', field: 'dueAt', offsetMs: -3_600_000 } })
  await call('workflows:enable', { key: 'later', enabled: false })
  const { body } = await call('schedules:list', {})
  expect(body).toMatchObject({
    meta: { total: 3 },
    data: [
      {
        workflow: 'sooner',
        title: 'Title of sooner',
        enabled: true,
        words: 'Every 15 minutes, from 2040-01-01T00:00:00Z, at most 3 times',
        nextFireAt: '2040-01-01T00:00:00.000Z',
        lastFireAt: null,
        runs: 0,
      },
      {
        workflow: 'later',
        enabled: false,
        words: 'At 09:00, Monday through Friday, Europe/Berlin, from 2040-01-02',
        timeZone: 'Europe/Berlin',
        nextFireAt: null,
      },
      { workflow: 'records', words: '1 hour before dueAt of orders', nextFireAt: null },
    ],
  })
})

test('a preview gives the next fires and checks the config', async () => {
  const config = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', start: '2041-03-30', maxRuns: 3 }
  const { body } = await call('schedules:preview', { config })
  expect(body.data).toEqual({
    words: 'At 02:30, Europe/Berlin, from 2041-03-30, at most 3 times',
    timeZone: 'Europe/Berlin',
    fires: [{ at: '2041-03-30T01:30:00.000Z' }, { at: '2041-03-31T01:00:00.000Z' }, { at: '2041-04-01T00:30:00.000Z' }],
  })
  expect((await call('schedules:preview', { config: { everyMs: 60_000 }, count: 50 })).body.data.fires).toHaveLength(50)
  for (const [input, path] of [
    [{ config: { cron: '61 * * * *' } }, 'config.cron'],
    [{ config: { everyMs: 1_000, timeZone: 'Nowhere' } }, 'config.timeZone'],
    [{ config: { dateField: { collection: 'orders', field: 'title' } } }, 'config.dateField.field'],
    [{ config: { everyMs: 1_000 }, count: 51 }, 'count'],
  ] as const) {
    const { status, body } = await call('schedules:preview', input)
    expect([status, body.errors[0]]).toMatchObject([400, { code: 'invalid_input', path }])
  }
})

test('a preview of a date field goes by the records there are', async () => {
  for (const dueAt of ['2040-05-02T00:00:00Z', '2040-05-01T00:00:00Z', '2020-01-01T00:00:00Z', null])
    await call('orders:create', { dueAt })
  const dateField = { collection: 'orders', field: 'dueAt', offsetMs: 1_000 }
  expect((await call('schedules:preview', { config: { dateField } })).body.data.fires).toEqual([
    { at: '2040-05-01T00:00:01.000Z', record: '2' },
    { at: '2040-05-02T00:00:01.000Z', record: '1' },
  ])
  const repeating = { config: { dateField: { ...dateField, repeat: { cron: '0 0 1 1 *' } } }, count: 1 }
  expect((await call('schedules:preview', repeating)).body.data.fires).toMatchObject([{ record: '3' }])
})

test('a run now starts beside the schedule, for a date field with its record', async () => {
  const { body } = await call('schedules:runNow', { workflow: 'later' })
  const { data: execution } = (await call('executions:get', { id: body.data.executionId })).body
  expect(execution).toMatchObject({
    workflow: 'later',
    trigger: 'schedule',
    status: 'queued',
    context: { number: null },
  })
  expect((await call('schedules:runNow', { workflow: 'records' })).body.errors[0]).toMatchObject({ path: 'record' })
  expect((await call('schedules:runNow', { workflow: 'records', record: 99 })).status).toBe(404)
  const withRecord = await call('schedules:runNow', { workflow: 'records', record: 1 })
  const run = (await call('executions:get', { id: withRecord.body.data.executionId })).body.data
  expect(run.context.data).toMatchObject({ id: 1 })
  expect((await call('schedules:runNow', { workflow: 'none' })).status).toBe(404)
})

test('a run now that the workflow has no room for is told as skipped, with the reason', async () => {
  const definition = {
    trigger: { type: 'schedule', config: { everyMs: 60_000, start: '2040-01-01' } },
    options: { concurrency: { max: 1, onExcess: 'skip' } },
  }
  await call('workflows:create', { key: 'single', title: 'Single', definition })
  await call('workflows:deploy', { key: 'single' })
  expect((await call('schedules:runNow', { workflow: 'single' })).body.data).toMatchObject({ status: 'queued' })
  const { body } = await call('schedules:runNow', { workflow: 'single' })
  expect(body.data).toMatchObject({ status: 'skipped', message: expect.stringContaining('skipped') })
  expect((await call('executions:get', { id: body.data.executionId })).body.data.status).toBe('skipped')
})

test('members see and start nothing that their role does not allow', async () => {
  const token = await server.signInAs('member@example.com', ['member'])
  expect((await call('schedules:list', {}, token)).status).toBe(403)
  expect((await call('schedules:preview', { config: { everyMs: 1_000 } }, token)).status).toBe(403)
  expect((await call('schedules:list', {}, '')).status).toBe(401)
})

test.each([
  [{ everyMs: 86_400_000 }, 'Every day'],
  [{ everyMs: 5_400_000 }, 'Every 1 hour 30 minutes'],
  [{ cron: '*/10 * * * * *' }, 'Every 10 seconds'],
  [{ cron: '0 0 1W * *', end: '2040-01-01' }, 'At 00:00, on the first weekday of the month, until 2040-01-01'],
  [
    { dateField: { collection: 'orders', field: 'dueAt', repeat: { everyMs: 604_800_000 } } },
    'At dueAt of orders, then every 7 days',
  ],
])('%j is put into words', (config, words) => {
  expect(describeSchedule({ overlap: 'allow', ...config })).toBe(words)
})
