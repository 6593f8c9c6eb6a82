import { deleteOldNotifications } from '@ensue/db'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
let ada: string
let bob: string

beforeAll(async () => {
  test = await createTestApp()
  ada = await test.signInAs('ada@example.com', ['member'])
  bob = await test.signInAs('bob@example.com', ['builder'])
  await test.signInAs('gone@example.com', ['member'])
  const { body } = await test.call('/api/users:list')
  const gone = body.data.find(({ email }: { email: string }) => email === 'gone@example.com')
  await test.call('/api/users:update', { body: { id: gone.id, disabled: true } })
})
afterAll(() => test.stop())

let count = 0
async function notify(config: object) {
  const key = `notify-${count++}`
  const nodes = [{ key: 'tell', type: 'notify', config: { text: key, ...config } }]
  await deployWorkflow(test.app, key, { type: 'call', config: {} }, { sync: true, nodes })
  const { body } = await test.call('/api/workflows:run', { body: { key, wait: true } })
  const { body: execution } = await test.call(`/api/executions:get/${body.data.executionId}`)
  return { text: key, run: execution.data.nodeRuns[0] }
}
const list = async (token: string, input: object = {}) =>
  (await test.call('/api/notifications:list', { body: input, token })).body
const unread = async (token: string) => (await test.call('/api/notifications:count', { token })).body.data.unread

describe('notifications', () => {
  it('reach each user once, however often and by whatever they are named', async () => {
    const { text, run } = await notify({
      users: ['ADA@example.com', 'gone@example.com', 'nobody@example.com'],
      roles: ['member'],
      title: 'Stock',
      link: '/inbox',
    })
    expect(run).toMatchObject({ status: 'succeeded', output: { notified: 1 } })
    expect((await list(ada)).data).toMatchObject([{ title: 'Stock', text, link: '/inbox', readAt: null }])
    expect((await list(bob)).data).toEqual([])
    expect([await unread(ada), await unread(bob), await unread(test.token)]).toEqual([1, 0, 0])
  })

  it('reach a user by id and by role', async () => {
    const me = await test.call('/api/auth:me', { token: bob })
    const { text } = await notify({ users: [me.body.data.user.id], roles: ['admin'] })
    expect((await list(bob)).data[0].text).toBe(text)
    expect((await list(test.token)).data[0].text).toBe(text)
  })

  it('reach all of a large company', async () => {
    await sql`insert into ensue."user" (id, email, password_hash, roles)
      select gen_random_uuid(), 'crowd' || n, '', '{crowd}' from generate_series(1, 12000) as n`.execute(
      test.app.client.db,
    )
    const { run } = await notify({ roles: ['crowd'] })
    expect(run).toMatchObject({ status: 'succeeded', output: { notified: 12_000 } })
    await sql`delete from ensue."user" where roles = '{crowd}'`.execute(test.app.client.db)
  })

  it('say in the log of the node when there is nobody', async () => {
    const { run } = await notify({ users: ['nobody@example.com'] })
    expect(run).toMatchObject({ output: { notified: 0 }, log: [expect.stringContaining('Nobody was told')] })
  })

  it('come page by page, and unread ones alone', async () => {
    const { text: second } = await notify({ users: ['ada@example.com'] })
    const { text: third } = await notify({ users: ['ada@example.com'] })
    const first = await list(ada, { limit: 1 })
    expect(first.data).toMatchObject([{ text: third }])
    const next = await list(ada, { limit: 1, after: first.meta.nextAfter })
    expect(next.data).toMatchObject([{ text: second }])
    await test.call('/api/notifications:markRead', { body: { ids: [first.data[0].id] }, token: ada })
    expect((await list(ada, { unread: true })).data.map(({ text }: { text: string }) => text)).not.toContain(third)
    expect((await list(ada)).data[0].readAt).toEqual(expect.any(String))
  })

  it('are marked as read by nobody else', async () => {
    const { data } = await list(ada, { unread: true })
    await test.call('/api/notifications:markRead', { body: { ids: [data[0].id] }, token: bob })
    expect(await unread(ada)).toBe(data.length)
    await test.call('/api/notifications:markRead', { body: {}, token: ada })
    expect(await unread(ada)).toBe(0)
  })

  it('are not for API keys', async () => {
    const { body } = await test.call('/api/apiKeys:create', { body: { name: 'k', role: 'admin' } })
    expect((await list(body.data.key)).data).toEqual([])
    expect(await unread(body.data.key)).toBe(0)
  })

  it('are deleted when they are old', async () => {
    const { db } = test.app.client
    await sql`update ensue.notification set created_at = now() - interval '91 days' where read_at is not null`.execute(
      db,
    )
    expect(await deleteOldNotifications(db, 90)).toBeGreaterThan(0)
    expect(await deleteOldNotifications(db, 90)).toBe(0)
    expect((await list(bob)).data).toHaveLength(1)
  })
})
