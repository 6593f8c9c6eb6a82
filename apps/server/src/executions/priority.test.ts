import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
beforeAll(async () => {
  // One at a time, so that there is a queue.
  test = await createTestApp({ RUNNER_CONCURRENCY: '1' })
})
afterAll(() => test.stop())

const api = (path: string, body: object) => test.call(`/api/${path}`, { body })

async function publish(key: string, priority: number, busyMs: number) {
  const code = `const until = Date.now() + ${busyMs}; while (Date.now() < until); return 1`
  const definition = {
    trigger: { type: 'call' },
    nodes: [{ key: 'work', type: 'javascript', config: { code } }],
    options: { priority },
  }
  await api('workflows:create', { key, title: key, definition })
  await api('workflows:deploy', { key })
  await api('workflows:enable', { key, enabled: true })
}

it('what has a higher priority overtakes what has waited longer; the rest keeps its order', async () => {
  await publish('blocker', 0, 800)
  await publish('low', -5, 1)
  await publish('high', 5, 1)
  const start = async (key: string): Promise<string> => (await api('workflows:run', { key })).body.data.executionId
  const blocker = await start('blocker')
  await expect.poll(async () => (await test.call(`/api/executions/${blocker}`)).body.data.status).toBe('running')
  const ids: string[] = []
  for (const key of ['low', 'low', 'high', 'low', 'high']) ids.push(await start(key))
  const startOf = async (id: string): Promise<string> => {
    await expect
      .poll(async () => (await test.call(`/api/executions/${id}`)).body.data.status, { timeout: 10_000 })
      .toBe('succeeded')
    return (await test.call(`/api/executions/${id}`)).body.data.startedAt
  }
  const starts = await Promise.all(ids.map(async (id) => ({ id, at: await startOf(id) })))
  const order = starts.sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ id }) => ids.indexOf(id))
  expect(order).toEqual([2, 4, 0, 1, 3])
})
