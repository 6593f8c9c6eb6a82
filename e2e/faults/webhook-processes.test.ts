import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type HeldService, startHeldService } from '../held-service.ts'
import { exchange, request } from '../raw-http.ts'
import { eventually, startServer, type TestServer } from '../start-server.ts'
import { deployWebhook } from '../webhooks.ts'

let service: HeldService
let direct: TestServer
let proxied: TestServer
let ensue: Awaited<ReturnType<TestServer['signIn']>>

beforeAll(async () => {
  service = await startHeldService()
  const DATABASE_URL = await cloneTemplate(inject('adminUrl'), `webhook_processes_${process.pid}`)
  const env = { DATABASE_URL, EGRESS_ALLOW: service.host }
  direct = await startServer(env)
  proxied = await startServer({ ...env, TRUST_PROXY: '2' })
  ensue = await direct.signIn()
  const dedupe = { header: 'X-Delivery' }
  const call = { key: 'call', type: 'http', config: { method: 'POST', url: service.url, timeoutMs: 60_000 } }
  const answer = { key: 'answer', type: 'response', config: { status: 201, body: { first: '{{$body.n}}' } } }
  await deployWebhook(ensue, 'async', {
    config: { dedupe, reply: { status: 202, headers: {}, body: { n: '{{$body.n}}' } } },
  })
  await deployWebhook(ensue, 'sync', { config: { dedupe }, sync: true, nodes: [answer] })
  await deployWebhook(ensue, 'slow', { config: { dedupe }, sync: true, nodes: [call, answer] })
  await deployWebhook(ensue, 'late', { config: { dedupe, deadlineMs: 400 }, sync: true, nodes: [call, answer] })
  await deployWebhook(ensue, 'fails', {
    config: { dedupe },
    sync: true,
    nodes: [call, { key: 'end', type: 'end', config: { status: 'failure' } }],
  })
  await deployWebhook(ensue, 'limited', { config: { rateLimit: { max: 10, perMs: 60_000 } } })
  const ipAllowlist = ['203.0.113.0/24', '2001:db8::/32']
  await deployWebhook(ensue, 'office', { config: { ipAllowlist } })
  await deployWebhook(ensue, 'here', { config: { ipAllowlist: ['127.0.0.1'] } })
})
beforeEach(() => service.hold())
afterAll(async () => {
  service?.release()
  await Promise.all([direct?.stop(), proxied?.stop()])
  await service?.stop()
})

const post = (server: TestServer, key: string, n: number, delivery: string) =>
  fetch(`${server.url}/api/webhooks/${key}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Delivery': delivery },
    body: JSON.stringify({ n }),
  })
const either = (index: number) => (index % 2 === 0 ? direct : proxied)
/** Status and body, without the id that is each request's own. */
const answerOf = async (reply: Response) =>
  `${reply.status} ${(await reply.text()).replace(reply.headers.get('x-request-id')!, '…')}`
/** Twenty at once, over both processes: what they were answered. */
async function race(key: string, delivery: string) {
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => post(either(n), key, n, delivery)))
  return {
    answers: [...new Set(await Promise.all(replies.map(answerOf)))],
    executions: [...new Set(replies.map((reply) => reply.headers.get('ensue-execution-id')))],
    first: replies.filter((reply) => reply.headers.get('ensue-duplicate') === null).length,
  }
}
const executionsOf = async (workflow: string) => (await ensue.executions.list({ workflow, limit: 100 })).data
/** By outcome, once all are written. */
const outcomesOf = async (workflow: string) => {
  const { data } = await ensue.webhooks.deliveries({ workflow, limit: 200 })
  const count = (outcome: string) => data.filter((delivery) => delivery.outcome === outcome).length
  return { accepted: count('accepted'), duplicate: count('duplicate'), rejected: count('rejected') }
}

describe('one delivery that comes twenty times at once, to two processes', () => {
  it.each(['async', 'sync'])('starts one execution and gets one answer: %s', async (key) => {
    const { answers, executions, first } = await race(key, 'race')
    expect(answers).toEqual([answers[0]])
    expect(answers[0]).toMatch(key === 'async' ? /^202 \{"n":\d+\}$/ : /^201 \{"first":\d+\}$/)
    expect([executions.length, first]).toEqual([1, 1])
    expect((await executionsOf(key)).map(({ id }) => id)).toEqual(executions)
    await eventually(
      () => outcomesOf(key),
      ({ accepted, duplicate }) => accepted === 1 && duplicate === 19,
    )
    // And long after, at the other one.
    const again = await post(proxied, key, 99, 'race')
    expect(await answerOf(again)).toBe(answers[0])
    expect(again.headers.get('ensue-duplicate')).toBe('true')
    expect(await executionsOf(key)).toHaveLength(1)
  })

  it('while the first still runs waits for its answer', async () => {
    const before = service.calls()
    const first = post(direct, 'slow', 1, 'running')
    await eventually(
      async () => service.calls(),
      (calls) => calls === before + 1,
    )
    const others = race('slow', 'running')
    await eventually(
      () => executionsOf('slow'),
      (list) => list.length === 1,
    )
    service.release()
    const reply = await first
    expect([reply.status, await reply.json()]).toEqual([201, { first: 1 }])
    expect(await others).toEqual({
      answers: ['201 {"first":1}'],
      executions: [reply.headers.get('ensue-execution-id')],
      first: 0,
    })
    expect(service.calls()).toBe(before + 1)
  })

  it('while the first is about to fail shares its fate; sent again afterwards it is tried again', async () => {
    const before = service.calls()
    const first = post(direct, 'fails', 1, 'failing')
    await eventually(
      async () => service.calls(),
      (calls) => calls === before + 1,
    )
    const others = race('fails', 'failing')
    // Both are asked after the others were: those have arrived by the time of the answer, before the first can end.
    await Promise.all([direct, proxied].map((server, n) => post(server, 'async', n, `after the others ${n}`)))
    service.release()
    const failed = await first
    expect(failed.status).toBe(500)
    expect((await others).executions).toContain(failed.headers.get('ensue-execution-id'))
    const again = await post(proxied, 'fails', 2, 'failing')
    expect([again.status, again.headers.get('ensue-duplicate')]).toEqual([500, null])
    expect(again.headers.get('ensue-execution-id')).not.toBe(failed.headers.get('ensue-execution-id'))
  })

  it('past the deadline is sent to the same place, and gets the answer once it is there', async () => {
    const first = await post(direct, 'late', 1, 'late')
    const second = await post(proxied, 'late', 2, 'late')
    const location = `/api/executions/${first.headers.get('ensue-execution-id')}`
    for (const reply of [first, second]) expect([reply.status, reply.headers.get('location')]).toEqual([202, location])
    service.release()
    await eventually(
      async () => (await post(proxied, 'late', 3, 'late')).status,
      (status) => status === 201,
    )
    expect(await (await post(direct, 'late', 4, 'late')).json()).toEqual({ first: 1 })
    expect(await executionsOf('late')).toHaveLength(1)
  })
})

describe('the rate limit', () => {
  it('counts the calls of both processes, and says when to come again', async () => {
    const replies = await Promise.all(Array.from({ length: 30 }, (_, n) => post(either(n), 'limited', n, '')))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(10)
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(20)
    for (const reply of refused) {
      const seconds = Number(reply.headers.get('retry-after'))
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(60)
      expect(await reply.json()).toMatchObject({ errors: [{ code: 'limit_exceeded' }] })
    }
    await eventually(
      () => outcomesOf('limited'),
      ({ accepted, rejected }) => accepted === 10 && rejected === 20,
    )
    expect(await executionsOf('limited')).toHaveLength(10)
  })
})

describe('the address of a caller', () => {
  const from = async (server: TestServer, key: string, forwarded: string[]) => {
    const lines = ['Content-Type: application/json', ...forwarded.map((line) => `X-Forwarded-For: ${line}`)]
    return (await exchange(server.url, request(`POST /api/webhooks/${key}`, lines, '{}'))).status
  }

  it.each<[string, string[], number]>([
    ['behind two proxies', ['203.0.113.9, 10.0.0.1'], 200],
    ['in two lines', ['203.0.113.9', '10.0.0.1'], 200],
    ['behind something made up', ['10.9.9.9, 203.0.113.9, 10.0.0.1'], 200],
    ['as IPv4 in IPv6', ['::ffff:203.0.113.9, 10.0.0.1'], 200],
    ['as IPv4 in IPv6, in hexadecimal', ['::FFFF:cb00:7109, 10.0.0.1'], 200],
    ['with a port', ['203.0.113.9:4711, 10.0.0.1:80'], 200],
    ['as IPv6 with brackets', ['[2001:db8::1]:443, 10.0.0.1'], 200],
    ['made up left of the true one', ['203.0.113.9, 198.51.100.1, 10.0.0.1'], 403],
    ['made up in a line of its own', ['203.0.113.9', '198.51.100.1, 10.0.0.1'], 403],
    ['that only begins alike', ['203.0.113.9.example, 10.0.0.1'], 403],
    ['in octal', ['0313.0.0161.011, 10.0.0.1'], 403],
    ['with a zone', ['2001:db8::1%eth0, 10.0.0.1'], 403],
    ['that is empty', [', 10.0.0.1'], 403],
    ['that is none', ['unknown, 10.0.0.1'], 403],
    ['after a proxy that is none', ['203.0.113.9, _hidden'], 403],
    ['without any header', [], 403],
  ])('counts as what our proxies saw: %s', async (_, forwarded, status) => {
    expect(await from(proxied, 'office', forwarded)).toBe(status)
  })

  it('is that of the connection where no proxy is trusted', async () => {
    expect(await from(direct, 'office', ['203.0.113.9, 10.0.0.1'])).toBe(403)
    expect(await from(direct, 'here', ['203.0.113.9'])).toBe(200)
    expect(await from(direct, 'here', ['junk'])).toBe(200)
    expect(await from(proxied, 'here', ['127.0.0.1, 198.51.100.1, 10.0.0.1'])).toBe(403)
  })
})
