import { deleteOldDeliveries } from '@ensue/db'
import type { JsonObject } from '@ensue/engine'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp

const deduped = { dedupe: { header: 'X-Delivery' } }
const answer = (body: string) => [{ key: 'answer', type: 'response', config: { status: 201, body } }]

beforeAll(async () => {
  test = await createTestApp()
  const { app } = test
  await deployWorkflow(app, 'plain', { type: 'webhook', config: {} })
  await deployWorkflow(app, 'once', { type: 'webhook', config: deduped })
  await deployWorkflow(app, 'replying', {
    type: 'webhook',
    config: { dedupe: { expression: '{{$body.id}}' }, reply: { status: 202, headers: {}, body: { n: '{{$body.n}}' } } },
  })
  await deployWorkflow(
    app,
    'once-sync',
    { type: 'webhook', config: deduped },
    { sync: true, nodes: answer('{{$body.n}}') },
  )
  await deployWorkflow(
    app,
    'fragile',
    { type: 'webhook', config: deduped },
    {
      sync: true,
      nodes: [{ key: 'answer', type: 'response', config: { status: '{{$body.works ? 200 : 503}}' } }],
    },
  )
  const work = { code: 'const start = Date.now(); while (Date.now() - start < 400); return 1' }
  await deployWorkflow(
    app,
    'slow',
    { type: 'webhook', config: deduped },
    {
      sync: true,
      nodes: [
        // What writes is in the table from there on: duplicates find it, and wait.
        { key: 'tell', type: 'event.emit', config: { name: 'slow.began' } },
        { key: 'work', type: 'javascript', config: work },
        ...answer('done'),
      ],
    },
  )
  await deployWorkflow(app, 'broken-reply', {
    type: 'webhook',
    config: { reply: { status: '{{$body.status}}', headers: {}, body: 'x' } },
  })
  await deployWorkflow(app, 'limited', { type: 'webhook', config: { rateLimit: { max: 2, perMs: 60_000 } } })
  await deployWorkflow(app, 'path', { type: 'webhook', config: { path: '/orders/:orderId/items/:sku' } })
  await deployWorkflow(app, 'signed', {
    type: 'webhook',
    config: { signature: { preset: 'hmac', header: 'X-Own-Signature', secrets: ['a secret of some length'] } },
  })
  await deployWorkflow(app, 'once-by-signature', {
    type: 'webhook',
    config: { dedupe: { expression: '{{$headers.`stripe-signature`}}' } },
  })
  await deployWorkflow(app, 'typed', {
    type: 'webhook',
    config: { schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
  })
  await deployWorkflow(app, 'local', { type: 'webhook', config: { ipAllowlist: ['10.0.0.0/8'] } })
  await deployWorkflow(app, 'off', { type: 'webhook', config: {} }, { enabled: false })
  await app.registry.refresh()
})
afterAll(() => test.stop())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  test.http.request(`/api/webhooks/${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
const inbox = async (workflow: string, more: JsonObject = {}) => {
  await test.app.deliveries.flush()
  const { body } = await test.call('/api/webhooks:deliveries', { method: 'POST', body: { workflow, ...more } })
  return body.data as Record<string, unknown>[]
}
const countExecutions = async (workflow: string) =>
  (await test.call(`/api/executions:list?input=${encodeURIComponent(JSON.stringify({ workflow, limit: 200 }))}`)).body
    .data.length

describe('the inbox', () => {
  it('holds an accepted request with its body, headers without secrets, and the execution', async () => {
    const reply = await post('plain?a=1', ' {"x": 1}\n', { authorization: 'Bearer abc', 'x-own': 'y' })
    const executionId = reply.headers.get('ensue-execution-id')
    const [first] = await inbox('plain')
    expect(first).toMatchObject({
      workflow: 'plain',
      method: 'POST',
      path: '/api/webhooks/plain?a=1',
      outcome: 'accepted',
      status: 200,
      bodyBytes: 10,
      executionId,
    })
    const { body } = await test.call(`/api/webhooks:delivery/${first!.id}`)
    expect(body.data).toMatchObject({
      body: ' {"x": 1}\n',
      bodyEncoding: 'utf8',
      bodyComplete: true,
      headers: { authorization: '[masked]', 'x-own': 'y' },
    })
    const execution = await test.call(`/api/executions/${executionId}`)
    expect(execution.body.data.context.deliveryId).toBe(first!.id)
  })

  it.each([
    ['off', {}, 404, 'disabled'],
    ['typed', {}, 422, 'schema_invalid'],
    ['typed', '{', 400, 'invalid_input'],
    ['local', {}, 403, 'address_not_allowed'],
  ])('holds what %s refuses: %j', async (key, sent, status, reason) => {
    expect((await post(key, sent)).status).toBe(status)
    const [newest] = await inbox(key, { outcome: 'rejected' })
    expect(newest).toMatchObject({ outcome: 'rejected', status, reason, executionId: null })
    expect(newest!.message).toBeTruthy()
  })

  it('holds what another method got', async () => {
    expect((await test.http.request('/api/webhooks/plain', { method: 'PUT' })).status).toBe(405)
    expect((await inbox('plain', { outcome: 'rejected' }))[0]).toMatchObject({ method: 'PUT', status: 405 })
  })

  it('keeps the beginning of a refused body only, and so many refusals a minute', async () => {
    for (let i = 0; i < 310; i++) await post('off', i === 0 ? `"${'x'.repeat(60_000)}"` : '{}')
    const rows = await inbox('off', { limit: 200 })
    expect(rows[0]).toMatchObject({ reason: 'flood' })
    const { rows: counted } = await sql<{ count: number }>`
      select count(*)::int from ensue.delivery d join ensue.workflow w on w.id = d.workflow_id where w.key = 'off'`.execute(
      test.app.client.db,
    )
    expect(counted[0]!.count).toBeLessThanOrEqual(302)
  })

  it('answers a reply that cannot be worked out with 200, and tells its builder', async () => {
    const reply = await post('broken-reply', { status: 'no number' })
    expect([reply.status, await reply.text()]).toEqual([200, 'ok'])
    expect((await inbox('broken-reply'))[0]).toMatchObject({
      outcome: 'accepted',
      message: expect.stringContaining('reply'),
    })
  })

  it('matches the path of its own', async () => {
    const reply = await post('orders/7/items/a%20b', {})
    expect(reply.status).toBe(200)
    const { body } = await test.call(`/api/executions/${reply.headers.get('ensue-execution-id')}`)
    expect(body.data.context.params).toEqual({ orderId: '7', sku: 'a b' })
    expect((await post('orders/7/items', {})).status).toBe(404)
  })

  it('limits the rate', async () => {
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await post('limited', {})).status)
    expect(statuses).toEqual([200, 200, 429, 429])
    const reply = await post('limited', {})
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await inbox('limited'))[0]).toMatchObject({ reason: 'rate_limited' })
  })
})

describe('a duplicate', () => {
  it('gets the first answer and starts nothing', async () => {
    const first = await post('once', { n: 1 }, { 'x-delivery': 'a' })
    const second = await post('once', { n: 2 }, { 'x-delivery': 'a' })
    expect(second.status).toBe(200)
    expect(second.headers.get('ensue-duplicate')).toBe('true')
    expect(first.headers.get('ensue-duplicate')).toBeNull()
    expect(second.headers.get('ensue-execution-id')).toBe(first.headers.get('ensue-execution-id'))
    expect(await countExecutions('once')).toBe(1)
    const [newest, oldest] = await inbox('once')
    expect(newest).toMatchObject({ outcome: 'duplicate', executionId: oldest!.id, status: 200 })
  })

  it('gets the reply that was worked out for the first', async () => {
    await post('replying', { id: 7, n: 1 })
    const second = await post('replying', { id: 7, n: 2 })
    expect([second.status, await second.json()]).toEqual([202, { n: 1 }])
  })

  it('is found among twenty that race', async () => {
    for (const key of ['once', 'once-sync']) {
      const before = await countExecutions(key)
      const replies = await Promise.all(
        Array.from({ length: 20 }, (_, n) => post(key, { n: `n${n}` }, { 'x-delivery': 'race' })),
      )
      const ids = new Set(replies.map((reply) => reply.headers.get('ensue-execution-id')))
      const texts = new Set(await Promise.all(replies.map((reply) => reply.text())))
      expect([ids.size, texts.size]).toEqual([1, 1])
      expect(replies.filter((reply) => reply.headers.get('ensue-duplicate') === null)).toHaveLength(1)
      expect(await countExecutions(key)).toBe(before + 1)
    }
  })

  it('waits for the first as all others do, whose looks it shares', async () => {
    const { runs } = test.app
    const { report } = runs
    let looks = 0
    runs.report = (id) => {
      looks += 1
      return report(id)
    }
    const replies = await Promise.all(Array.from({ length: 40 }, () => post('slow', {}, { 'x-delivery': 'many' })))
    runs.report = report
    expect(await Promise.all(replies.map((reply) => reply.text()))).toEqual(Array(40).fill('done'))
    expect(looks).toBeGreaterThan(0)
    expect(looks).toBeLessThan(40)
  })

  it('whose first delivery was answered with an error is taken anew', async () => {
    const ask = (works: boolean) => post('fragile', { works }, { 'x-delivery': 'retried' })
    const refused = await Promise.all([ask(false), ask(false), ask(false)])
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503])
    expect(await countExecutions('fragile')).toBe(1)
    // As a sender that tries again later.
    await expect.poll(async () => (await ask(true)).status).toBe(200)
    const again = await ask(false)
    expect([again.status, again.headers.get('ensue-duplicate')]).toEqual([200, 'true'])
  })

  it('counts as new after the window', async () => {
    await post('once', {}, { 'x-delivery': 'old' })
    await sql`update ensue.execution set queued_at = queued_at - interval '25 hours' where idempotency_key = 'delivery:old'`.execute(
      test.app.client.db,
    )
    const again = await post('once', {}, { 'x-delivery': 'old' })
    expect(again.headers.get('ensue-duplicate')).toBeNull()
  })
})

describe('signatures', () => {
  it('are kept of no request, whatever their header is called', async () => {
    await post('signed', {}, { 'x-own-signature': 'a1b2c3' })
    const [delivery] = await inbox('signed')
    const { body } = await test.call(`/api/webhooks:delivery/${delivery!.id}`)
    expect(body.data.headers['x-own-signature']).toBe('[masked]')
  })

  it('tell deliveries apart though they are masked, and are not stored as keys', async () => {
    const send = (signature: string) => post('once-by-signature', {}, { 'stripe-signature': signature })
    const replies = [await send('t=1,v1=aa'), await send('t=2,v1=bb'), await send('t=1,v1=aa')]
    expect(replies.map(({ headers }) => headers.get('ensue-duplicate'))).toEqual([null, null, 'true'])
    const { rows } = await sql<{ key: string }>`select idempotency_key as key from ensue.execution
      where idempotency_key like '%v1=%'`.execute(test.app.client.db)
    expect(rows).toEqual([])
  })
})

describe('a replay', () => {
  it('starts the live version once more with what the delivery held', async () => {
    await post('plain', { again: true })
    const [delivery] = await inbox('plain')
    const { body } = await test.call('/api/webhooks:replay', { method: 'POST', body: { ids: [delivery!.id] } })
    const { executionId } = body.data.executions[0]
    await expect
      .poll(async () => (await test.call(`/api/executions/${executionId}`)).body.data)
      .toMatchObject({ status: 'succeeded', context: { data: { again: true }, replay: true } })
  })

  it('has the parameters of the path, whichever URL was called', async () => {
    await test.http.request('/api/webhook:trigger/orders/7/items/a', { method: 'POST', body: '{}' })
    const [delivery] = await inbox('path')
    const { body } = await test.call('/api/webhooks:replay', { method: 'POST', body: { ids: [delivery!.id] } })
    const { executionId } = body.data.executions[0]
    await expect
      .poll(async () => (await test.call(`/api/executions/${executionId}`)).body.data.context.params)
      .toEqual({ orderId: '7', sku: 'a' })
  })

  it('runs the draft as a debug run, which lists leave out', async () => {
    const [delivery] = await inbox('plain')
    const before = await countExecutions('plain')
    const { body } = await test.call('/api/webhooks:replay', {
      method: 'POST',
      body: { ids: [delivery!.id], version: 'draft' },
    })
    const { executionId } = body.data.executions[0]
    expect((await test.call(`/api/executions/${executionId}`)).body.data).toMatchObject({ debug: true, version: null })
    expect(await countExecutions('plain')).toBe(before)
  })

  it('refuses what is not there', async () => {
    const { status } = await test.call('/api/webhooks:replay', {
      method: 'POST',
      body: { ids: ['0198c0de-0000-7000-8000-000000000000'] },
    })
    expect(status).toBe(404)
  })
})

describe('the retention', () => {
  const retention = { keepDays: 14, keepRefusedDays: 3, maxRefused: 2 }
  /** Ids begin with the milliseconds of their time. */
  const age = async (days: number) => {
    for (const table of ['delivery', 'execution'])
      await sql`update ensue.${sql.raw(table)} set id = (lpad(to_hex(
        ('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint - ${days}::bigint * 86400000), 12, '0')
        || substr(replace(id::text, '-', ''), 13))::uuid`.execute(test.app.client.db)
  }

  it('deletes what is older than its outcome allows, and refused ones over the cap', async () => {
    await test.app.deliveries.flush()
    await deleteOldDeliveries(test.app.client.db, { ...retention, maxRefused: 1_000 })
    for (let i = 0; i < 4; i++) await post('typed', {})
    await post('typed', { n: 1 })
    expect((await inbox('typed')).filter(({ outcome }) => outcome === 'rejected').length).toBeGreaterThan(2)
    await deleteOldDeliveries(test.app.client.db, retention)
    expect((await inbox('typed', { outcome: 'rejected' })).length).toBe(2)
    await age(4)
    await deleteOldDeliveries(test.app.client.db, retention)
    expect(await inbox('typed', { outcome: 'rejected' })).toEqual([])
    expect(await inbox('typed')).toHaveLength(1)
    await age(11)
    await deleteOldDeliveries(test.app.client.db, retention)
    expect(await inbox('typed')).toEqual([])
  })
})
