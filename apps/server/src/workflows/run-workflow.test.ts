import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
const api = (path: string, body: object) => test.call(`/api/${path}`, { body })
const run = async (input: object) => (await api('workflows:run', input)).body.data

async function publish(key: string, nodes: object[], options: object = {}) {
  const definition = { trigger: { type: 'call' }, nodes, options }
  expect((await api('workflows:create', { key, title: key, definition })).body.data.problems).toEqual([])
  await api('workflows:deploy', { key })
  await api('workflows:enable', { key, enabled: true })
}
const nap = (durationMs: number) => ({ key: 'nap', type: 'delay', config: { durationMs } })
const work = {
  key: 'work',
  type: 'javascript',
  config: { code: 'const until = Date.now() + 80; while (Date.now() < until); return 1' },
}

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.stop())

describe('running a workflow', () => {
  it('tells of a run that is skipped, with the reason', async () => {
    await publish('single', [nap(600_000)], { concurrency: { max: 1, onExcess: 'skip' } })
    expect((await run({ key: 'single' })).status).toBe('queued')
    for (const more of [{}, { wait: true }])
      expect(await run({ key: 'single', ...more })).toMatchObject({
        status: 'skipped',
        error: { code: 'concurrency_exceeded' },
      })
  })

  it('keeps the limits of the workflow also for those who wait', async () => {
    await publish('line', [work], { concurrency: 1 })
    const ends = await Promise.all([1, 2, 3, 4].map(() => run({ key: 'line', wait: true })))
    expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
    const { data } = (await api('executions:list', { workflow: 'line' })).body
    const runs = data.sort((a: { startedAt: string }, b: { startedAt: string }) => (a.startedAt < b.startedAt ? -1 : 1))
    for (let i = 1; i < runs.length; i++) expect(runs[i].startedAt >= runs[i - 1].finishedAt).toBe(true)
  })

  it('gives a run weeks, where it may take that long', async () => {
    await publish('patient', [work, { ...work, key: 'more' }], { timeoutMs: 3_000_000_000 })
    expect(await run({ key: 'patient', wait: true })).toMatchObject({ status: 'succeeded' })
  })

  it('waits for the end of the first run with the same idempotency key', async () => {
    await publish('once', [work])
    const ends = await Promise.all([1, 2, 3].map(() => run({ key: 'once', wait: true, idempotencyKey: 'k' })))
    expect(new Set(ends.map(({ executionId }) => executionId)).size).toBe(1)
    expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  })

  it('lets an async workflow wait while its caller does', async () => {
    const end = { key: 'end', type: 'end', config: { status: 'success', output: '{{$context.input.n * 2}}' } }
    await publish('slow_double', [nap(50), end])
    const call = { workflow: 'slow_double', input: { n: '{{$context.input.n}}' } }
    const answer = { key: 'end', type: 'end', config: { status: 'success', output: '{{$nodes.double}}' } }
    await publish('calls_double', [{ key: 'double', type: 'subWorkflow', config: call }, answer])
    expect(await run({ key: 'slow_double', input: { n: 2 }, wait: true })).toMatchObject({
      status: 'succeeded',
      output: 4,
    })
    expect(await run({ key: 'calls_double', input: { n: 21 }, wait: true })).toMatchObject({
      status: 'succeeded',
      output: 42,
    })
  })
})
