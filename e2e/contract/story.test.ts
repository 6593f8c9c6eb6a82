import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { setUp, WORKFLOW } from '../../examples/reimbursement/story.ts'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `story_${process.pid}`) })
  await setUp(await server.signIn())
})
afterAll(() => server?.stop())

describe('the reimbursement story', () => {
  it('runs by the SDK: 80 is paid at once, 900 after the review', async () => {
    const ensue = await server.signIn()
    const requests = ensue.collection('reimbursements')
    const small = await requests.create({ title: 'Taxi', amount: 80 }, { triggerWorkflows: [WORKFLOW] })
    const paid = await ensue.executions.wait(small.triggered[0]!.executionId!)
    expect(paid.nodeRuns.map((run) => [run.path, run.status, run.branch])).toEqual([
      ['over_limit', 'succeeded', 'no'],
      ['pay_small', 'succeeded', undefined],
      ['approve_small', 'succeeded', undefined],
    ])

    const large = await requests.create({ title: 'Laptop', amount: 900 }, { triggerWorkflows: [WORKFLOW] })
    await ensue.executions.wait(large.triggered[0]!.executionId!, { until: 'waiting' })
    const { data: tasks } = await ensue.tasks.list({ status: 'pending' })
    expect(tasks).toMatchObject([{ title: 'Laptop: 900', node: 'review' }])
    expect((await ensue.collection('payouts').list({ filter: { reimbursementId: large.data.id } })).data).toEqual([])
    await ensue.tasks.decide(tasks[0]!.id, 'approve', { comment: 'fine' })
    const reviewed = await ensue.executions.wait(large.triggered[0]!.executionId!)
    expect(reviewed).toMatchObject({ status: 'succeeded' })
    expect(await requests.get(large.data.id)).toMatchObject({ status: 'approved' })
    const payouts = await ensue.collection('payouts').list({ filter: { reimbursementId: large.data.id } })
    expect(payouts.data).toMatchObject([{ amount: 900 }])
    await expect(ensue.tasks.decide(tasks[0]!.id, 'approve')).rejects.toMatchObject({ code: 'conflict', status: 409 })
  })

  it('runs by plain HTTP, with a role and a rejection', async () => {
    const call = async (path: string, body: unknown, token?: string) => {
      const response = await fetch(`${server.url}/api/${path}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(token ? { Authorization: `Bearer ${token}`, 'X-Role': 'admin' } : {}),
        },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: await response.json() }
    }
    const signedIn = await call('auth:signIn', { email: ADMIN.email, password: ADMIN.password })
    const { token } = signedIn.body.data
    const created = await call(
      `reimbursements:create?triggerWorkflows=${WORKFLOW}`,
      { title: 'Flight', amount: '900.50' },
      token,
    )
    expect(created).toMatchObject({
      status: 200,
      body: { data: { amount: 900.5, status: 'pending' }, triggered: [{ status: 'queued' }] },
    })
    const { executionId } = created.body.triggered[0]
    const ensue = await server.signIn()
    await ensue.executions.wait(executionId, { until: 'waiting' })
    const { data: tasks } = await ensue.tasks.list({ status: 'pending' })
    const decided = await call('tasks:decide', { id: tasks[0]!.id, decision: 'reject' }, token)
    expect(decided).toMatchObject({ status: 200, body: { data: { status: 'done', decision: 'reject' } } })
    await ensue.executions.wait(executionId)
    const found = await call('reimbursements:list', { filter: { title: 'Flight' } }, token)
    expect(found.body.data).toMatchObject([{ status: 'rejected' }])

    const refused = await call('reimbursements:create?triggerWorkflows=nope', { title: 'x', amount: 1 }, token)
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'trigger_invalid', path: 'triggerWorkflows' }] },
    })
    expect((await call('reimbursements:count', { filter: { title: 'x' } }, token)).body).toEqual({ data: 0 })
  })
})
