import { deleteOldDeliveries } from '@ensue/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

const KEPT_PER_MINUTE = 300
let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
  const signature = { preset: 'hmac', header: 'X-Signature', secrets: ['a secret of some length'], echo: 'challenge' }
  await deployWorkflow(test.app, 'asked', { type: 'webhook', config: { methods: ['GET', 'POST'], signature } })
  await deployWorkflow(test.app, 'once', { type: 'webhook', config: { dedupe: { header: 'X-Delivery' } } })
  await deployWorkflow(test.app, 'refusing', {
    type: 'webhook',
    config: { auth: { type: 'bearer', token: 'a token of some length' } },
  })
})
afterAll(() => test.stop())

const post = (key: string, body: string) =>
  test.http.request(`/api/webhooks/${key}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain', 'x-delivery': 'the same' },
  })
interface Delivery {
  id: string
  outcome: string
  reason: string | null
  message: string | null
}
/** All of a workflow that started nothing. */
async function kept(workflow: string): Promise<Delivery[]> {
  await test.app.deliveries.flush()
  const found: Delivery[] = []
  for (let after: string | undefined; ; ) {
    const { body } = await test.call('/api/webhooks:deliveries', {
      body: { workflow, outcome: ['rejected', 'duplicate', 'handshake'], limit: 200, ...(after ? { after } : {}) },
    })
    found.push(...body.data)
    after = body.meta.nextAfter
    if (!after) return found
  }
}

describe('a flood', () => {
  it.each([
    ['refusals', 'rejected', () => post('refusing', '{}'), 'refusing'],
    ['duplicates', 'duplicate', () => post('once', '{}'), 'once'],
    ['handshakes', 'handshake', () => test.http.request('/api/webhooks/asked?challenge=x'), 'asked'],
  ])('of %s is kept up to a limit, and counted', async (_, outcome, send, key) => {
    // The first of what can be repeated starts something.
    await send()
    await Promise.all(Array.from({ length: KEPT_PER_MINUTE + 100 }, send))
    const rows = await kept(key)
    const [flood] = rows.filter(({ reason }) => reason === 'flood')
    expect(flood!.message).toMatch(/^(99|100|101) more requests/)
    expect(rows).toHaveLength(KEPT_PER_MINUTE + 1)
    expect(new Set(rows.map((row) => row.outcome))).toEqual(new Set([outcome]))
  })

  it('leaves no more than the retention allows, of each kind', async () => {
    const retention = { keepDays: 14, keepRefusedDays: 3, maxRefused: 50 }
    await deleteOldDeliveries(test.app.client.db, retention)
    for (const key of ['refusing', 'once', 'asked']) expect(await kept(key)).toHaveLength(50)
  })
})

describe('a duplicate that is large', () => {
  it('is kept with its beginning', async () => {
    await post('once', 'x'.repeat(500_000))
    const [newest] = await kept('once')
    const { body } = await test.call(`/api/webhooks:delivery/${newest!.id}`)
    expect(body.data).toMatchObject({ outcome: 'duplicate', bodyBytes: 500_000, bodyComplete: false })
    expect(body.data.body).toHaveLength(65_536)
  })

  it.each([
    ['a secret', 'x', 'canary-5d0c77e1', 65_530],
    ['a letter', 'é', 'canäry-5d0c77e1', 40_001],
  ])('has no secret left where the cut goes through %s', async (_, filler, secret, at) => {
    await test.call('/api/secrets:set', { body: { name: 'CUT', value: secret } })
    await post('once', `${secret} ${filler.repeat(at - secret.length - 2)} ${secret}`)
    const [newest] = await kept('once')
    const { body } = await test.call(`/api/webhooks:delivery/${newest!.id}`)
    expect(body.data).toMatchObject({ outcome: 'duplicate', bodyComplete: false })
    expect(body.data.body).toMatch(/^\[masked\] /)
    expect(body.data.body).not.toContain(secret.slice(0, 6))
  })
})
