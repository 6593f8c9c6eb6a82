import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NodeDefinition } from '@ensue/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

const EVENTS = 1_000
const KEYS = 20
const EVENTS_PER_KEY = EVENTS / KEYS
/** These calls are answered with 500: their executions fail. */
const fails = (n: number) => n % 13 === 5

let one: TestApp
let two: TestApp
let slow: Server

/** What the workflows' calls have told, in the order of their arrival. */
const calls: { key: string; n: number; began: number; ended: number }[] = []
const emit = (test: TestApp, name: string, params: object, options = '') =>
  test.call(`/api/events/${name}${options}`, { body: params })
const statuses = async (workflow: string) => {
  const rows = await one.app.client.db
    .selectFrom('execution as e')
    .innerJoin('workflow as w', 'w.id', 'e.workflowId')
    .select(['e.status', (eb) => eb.fn.countAll<number>().as('count')])
    .where('w.key', '=', workflow)
    .groupBy('e.status')
    .execute()
  return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]))
}

beforeAll(async () => {
  slow = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    const call = {
      key: url.searchParams.get('key')!,
      n: Number(url.searchParams.get('n')),
      began: performance.now(),
      ended: 0,
    }
    calls.push(call)
    setTimeout(() => {
      call.ended = performance.now()
      response.writeHead(fails(call.n) ? 500 : 200).end()
    }, Math.random() * 12)
  }).listen(0, '127.0.0.1')
  await once(slow, 'listening')
  const { port } = slow.address() as AddressInfo
  const env = { EGRESS_ALLOW: `127.0.0.1:${port}` }
  one = await createTestApp(env)
  two = await createTestApp(env, one)
  const tell: NodeDefinition = {
    key: 'tell',
    type: 'http',
    config: { method: 'GET', url: `http://127.0.0.1:${port}/`, query: { key: '{{$param.key}}', n: '{{$param.n}}' } },
  }
  const pause = (durationMs: number): NodeDefinition => ({ key: 'pause', type: 'delay', config: { durationMs } })
  const listenTo = (event: string) => ({ type: 'event', config: { events: [event] } })
  await deployWorkflow(one.app, 'in-order', listenTo('moved'), { nodes: [tell] })
  await deployWorkflow(one.app, 'with-pause', listenTo('paused'), { nodes: [tell, pause(300)] })
  await deployWorkflow(one.app, 'for-ever', listenTo('parked'), { nodes: [tell, pause(86_400_000)] })
  await two.app.registry.refresh()
})
afterAll(async () => {
  await two?.stop()
  await one?.stop()
  slow?.close()
})

describe('an ordering key', () => {
  it('keeps 1,000 events of 20 keys in order per key, over two processes, while the keys overlap', async () => {
    calls.length = 0
    // Each key is emitted by one after the other, now here, now there; the keys all at once.
    await Promise.all(
      Array.from({ length: KEYS }, async (_, key) => {
        for (let n = 0; n < EVENTS_PER_KEY; n++) {
          const reply = await emit(n % 3 === 0 ? two : one, 'moved', { key: `k${key}`, n }, `?orderingKey=k${key}`)
          expect(reply.status).toBe(200)
        }
      }),
    )
    await expect
      .poll(async () => (await statuses('in-order')).succeeded, { timeout: 60_000, interval: 100 })
      .toBe(KEYS * Array.from({ length: EVENTS_PER_KEY }, (_, n) => n).filter((n) => !fails(n)).length)
    expect(calls).toHaveLength(EVENTS)
    let overlaps = 0
    for (let key = 0; key < KEYS; key++) {
      const own = calls.filter((call) => call.key === `k${key}`)
      expect(own.map(({ n }) => n)).toEqual(own.map((_, index) => index))
      own.forEach((call, index) => {
        if (index > 0) expect(call.began).toBeGreaterThanOrEqual(own[index - 1]!.ended)
      })
      overlaps += own.filter(({ began, ended }) =>
        calls.some((other) => other.key !== `k${key}` && other.began < ended && other.ended > began),
      ).length
    }
    expect(overlaps).toBeGreaterThan(EVENTS / 2)
  }, 120_000)

  it('holds the next one back while the one before waits', async () => {
    calls.length = 0
    for (const n of [0, 1]) await emit(one, 'paused', { key: 'a', n }, '?orderingKey=a')
    await emit(one, 'paused', { key: 'b', n: 0 }, '?orderingKey=b')
    await expect.poll(() => statuses('with-pause'), { timeout: 10_000 }).toEqual({ succeeded: 3 })
    const [first, second] = calls.filter(({ key }) => key === 'a')
    expect(second!.began - first!.ended).toBeGreaterThan(290)
    expect(calls.findIndex(({ key }) => key === 'b')).toBeLessThan(2)
  })

  it('lets the next one go when the one before is canceled, and is one line per workflow', async () => {
    calls.length = 0
    const ids: string[] = []
    for (const n of [0, 1, 2])
      ids.push((await emit(one, 'parked', { key: 'a', n }, '?orderingKey=a')).body.data.triggered[0].executionId)
    await expect.poll(() => statuses('for-ever'), { timeout: 5_000 }).toEqual({ waiting: 1, queued: 2 })
    // One that stands in line is canceled without holding up those behind it.
    expect((await one.call('/api/executions:cancel', { body: { id: ids[1] } })).status).toBe(200)
    expect((await two.call('/api/executions:cancel', { body: { id: ids[0] } })).status).toBe(200)
    await expect.poll(() => statuses('for-ever'), { timeout: 5_000 }).toEqual({ waiting: 1, canceled: 2 })
    expect(calls.map(({ n }) => n)).toEqual([0, 2])
  })

  it('is no key for others: events without one pass by', async () => {
    calls.length = 0
    await emit(one, 'parked', { key: 'free', n: 7 })
    await expect.poll(() => calls.map(({ n }) => n)).toEqual([7])
  })
})
