import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '@ensue/db/embedded-postgres'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type HeldService, startHeldService } from '../held-service.ts'
import { openRaw, request } from '../raw-http.ts'
import { eventually, freePort, startServer, type TestServer } from '../start-server.ts'
import { deployWebhook } from '../webhooks.ts'

type Ensue = Awaited<ReturnType<TestServer['signIn']>>

let service: HeldService
let running: TestServer[] = []
beforeAll(async () => {
  service = await startHeldService()
})
beforeEach(() => service.hold())
afterEach(async () => {
  service.release()
  await Promise.all(running.map((server) => server.stop()))
  running = []
})
afterAll(() => service?.stop())

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startServer({ EGRESS_ALLOW: service.host, ...env })
  running.push(server)
  return server
}
const newDatabase = (name: string) => cloneTemplate(inject('adminUrl'), `${name}_${process.pid}`)

/** Calls the service, and answers once that has answered. */
const slowly = (body: string) => [
  { key: 'call', type: 'http', config: { method: 'POST', url: service.url, timeoutMs: 60_000 } },
  { key: 'answer', type: 'response', config: { status: 201, headers: { 'X-Late': '1' }, body } },
]
const post = (server: TestServer, key: string, body: unknown = {}) =>
  fetch(`${server.url}/api/webhooks/${key}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
const finished = (ensue: Ensue, id: string) =>
  eventually(
    () => ensue.executions.get(id),
    ({ status }) => status === 'succeeded',
    20_000,
  )
const deliveries = async (ensue: Ensue, workflow: string) =>
  (await ensue.webhooks.deliveries({ workflow, limit: 200 })).data

describe('a sync webhook past its deadline', () => {
  it('is answered 202 with the place where its answer will be', async () => {
    const server = await start({ DATABASE_URL: await newDatabase('late') })
    const ensue = await server.signIn()
    await deployWebhook(ensue, 'late', { config: { deadlineMs: 300 }, sync: true, nodes: slowly('{{$body.n}}') })
    const reply = await post(server, 'late', { n: 7 })
    const executionId = reply.headers.get('ensue-execution-id')!
    expect([reply.status, reply.headers.get('location'), reply.headers.get('retry-after')]).toEqual([
      202,
      `/api/executions/${executionId}`,
      '1',
    ])
    expect(await reply.json()).toEqual({ executionId, status: 'running' })
    // Read as the header says, not by the SDK.
    const { token } = await ensue.auth.signIn({ email: 'admin@example.com', password: 'a-long-password' })
    const look = async () => {
      const found = await fetch(server.url + reply.headers.get('location'), {
        headers: { Authorization: `Bearer ${token}` },
      })
      return ((await found.json()) as { data: { status: string; response?: unknown } }).data
    }
    expect(await look()).toMatchObject({ status: 'running' })
    service.release()
    const late = await eventually(look, ({ status }) => status === 'succeeded')
    expect(late.response).toMatchObject({ status: 201, headers: { 'X-Late': '1' }, body: 7 })
    expect(await deliveries(ensue, 'late')).toMatchObject([{ outcome: 'accepted', status: 202, executionId }])
  })
})

describe('a caller that hangs up', () => {
  it('in the middle of a sync run loses nothing: the run is finished', async () => {
    const server = await start({ DATABASE_URL: await newDatabase('hang_up') })
    const ensue = await server.signIn()
    await deployWebhook(ensue, 'gone', { sync: true, nodes: slowly('done') })
    const before = service.calls()
    const connection = await openRaw(server.url)
    connection.send(request('POST /api/webhooks/gone', ['Content-Type: application/json'], '{"n":1}'))
    await eventually(
      async () => service.calls(),
      (calls) => calls === before + 1,
    )
    connection.socket.resetAndDestroy()
    service.release()
    const [delivery] = await eventually(
      () => deliveries(ensue, 'gone'),
      (list) => list.length === 1 && list[0]!.executionStatus === 'succeeded',
    )
    expect(await ensue.executions.get(delivery!.executionId!)).toMatchObject({
      status: 'succeeded',
      response: { status: 201, body: 'done' },
    })
    expect(service.calls()).toBe(before + 1)
  })
})

describe('kill -9 of the server', () => {
  it('between the answer and the end of a run loses nothing: all are finished by the next', async () => {
    const env = { DATABASE_URL: await newDatabase('kill'), PORT: String(await freePort()) }
    const server = await start(env)
    const ensue = await server.signIn()
    await deployWebhook(ensue, 'kept', {
      config: { reply: { status: 202, headers: {}, body: { n: '{{$body.n}}' } } },
      nodes: slowly('x').slice(0, 1),
    })
    await deployWebhook(ensue, 'waits', { sync: true, nodes: slowly('x') })
    const before = service.calls()
    const waiting = post(server, 'waits').catch(() => undefined)
    const replies = await Promise.all(Array.from({ length: 40 }, (_, n) => post(server, 'kept', { n })))
    expect(await Promise.all(replies.map((reply) => reply.json()))).toEqual(replies.map((_, n) => ({ n })))
    await eventually(
      async () => service.calls(),
      (calls) => calls > before,
    )
    await eventually(
      () => deliveries(ensue, 'waits'),
      (list) => list.length === 1,
    )
    await server.kill()
    await waiting
    service.release()

    const again = await (await start(env)).signIn()
    for (const reply of replies) await finished(again, reply.headers.get('ensue-execution-id')!)
    const [delivery] = await deliveries(again, 'waits')
    expect(await finished(again, delivery!.executionId!)).toMatchObject({ response: { status: 201 } })
    const kept = await deliveries(again, 'kept')
    expect(kept.map(({ outcome, status }) => `${outcome} ${status}`)).toEqual(Array(40).fill('accepted 202'))
    expect(new Set(kept.map(({ executionId }) => executionId)).size).toBe(40)
  })
})

describe('a webhook while PostgreSQL goes away', () => {
  it('answers 503 rather than its reply; what it did answer is there, whole, and nothing else is half there', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ensue-answers-'))
    await chmod(folder, 0o755)
    let postgres = await startEmbeddedPostgres(folder)
    try {
      const server = await start({ DATABASE_URL: postgres.connectionString })
      const ensue = await server.signIn()
      const reply = { status: 202, headers: {}, body: 'taken' }
      await deployWebhook(ensue, 'async', { config: { reply } })
      await deployWebhook(ensue, 'sync', { sync: true })
      const taken: string[] = []
      const refused = new Set<string>()
      let isOver = false
      const load = Array.from({ length: 4 }, async (_, index) => {
        const key = index % 2 === 0 ? 'async' : 'sync'
        while (!isOver) {
          const answer = await post(server, key)
          if (answer.ok) taken.push(`${key} ${answer.headers.get('ensue-execution-id')}`)
          else
            refused.add(
              `${answer.status} ${Number(answer.headers.get('retry-after')) > 0} ${(await answer.json()).errors[0].code}`,
            )
        }
      })
      await eventually(
        async () => taken.length,
        (count) => count > 100,
      )
      await postgres.stop()
      await eventually(
        async () => refused.size,
        (count) => count > 0,
      )
      const { length } = taken
      const refusedAt = performance.now()
      expect([(await post(server, 'async')).status, (await post(server, 'sync')).status]).toEqual([503, 503])
      // Nobody is kept waiting for the database.
      expect(performance.now() - refusedAt).toBeLessThan(5_000)
      postgres = await startEmbeddedPostgres(folder)
      await eventually(
        async () => taken.length,
        (count) => count > length + 20,
      )
      isOver = true
      await Promise.all(load)
      expect([...refused]).toEqual(['503 true unavailable'])
      for (const one of taken.slice(-150)) await finished(ensue, one.split(' ')[1]!)
      for (const key of ['async', 'sync']) {
        const accepted = (await deliveries(ensue, key)).filter(({ outcome }) => outcome === 'accepted')
        for (const { executionStatus } of accepted) expect(executionStatus).toBe('succeeded')
      }
    } finally {
      await Promise.all(running.map((server) => server.stop()))
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
