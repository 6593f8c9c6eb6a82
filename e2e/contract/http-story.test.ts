import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { setUp, WORKFLOW } from '../../examples/reimbursement/story.ts'
import { ADMIN, eventually, startServer, type TestServer } from '../start-server.ts'

interface Reply<Data> {
  status: number
  body: { data: Data; triggered: { workflow: string; executionId: string; status: string }[] }
}

interface Row {
  id: number
  [field: string]: unknown
}

interface Run {
  status: string
  nodeRuns: { path: string; status: string; branch?: string; output: Row }[]
}

let server: TestServer
let headers: Record<string, string> = { 'Content-Type': 'application/json' }

async function call<Data>(method: string, path: string, body?: unknown): Promise<Reply<Data>> {
  const response = await fetch(`${server.url}/api/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Reply<Data>['body'] }
}

/** The execution as soon as it has the status. */
function execution(id: string, status: string): Promise<Run> {
  return eventually(
    async () => (await call<Run>('GET', `executions/${id}`)).body.data,
    (run) => run.status === status,
  )
}

const steps = ({ nodeRuns }: Run) => nodeRuns.map((run) => [run.path, run.status, run.branch])

beforeAll(async () => {
  server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `http_story_${process.pid}`) })
  await setUp(await server.signIn())
  const { body } = await call<{ token: string }>('POST', 'auth:signIn', ADMIN)
  headers = { ...headers, Authorization: `Bearer ${body.data.token}`, 'X-Role': 'admin' }
})
afterAll(() => server?.stop())

describe('the reimbursement story by plain HTTP', () => {
  it('pays 80 at once', async () => {
    const created = await call<Row>('POST', `reimbursements:create?triggerWorkflows=${WORKFLOW}`, {
      title: 'Taxi',
      amount: 80,
    })
    expect(created).toMatchObject({
      status: 200,
      body: { data: { amount: 80, status: 'pending' }, triggered: [{ workflow: WORKFLOW, status: 'queued' }] },
    })
    const run = await execution(created.body.triggered[0]!.executionId, 'succeeded')
    expect(steps(run)).toEqual([
      ['over_limit', 'succeeded', 'no'],
      ['pay_small', 'succeeded', undefined],
      ['approve_small', 'succeeded', undefined],
    ])
    const { id } = created.body.data
    expect((await call('GET', `reimbursements/${id}`)).body.data).toMatchObject({ status: 'approved' })
    expect((await payoutsOf(id)).body.data).toMatchObject([{ amount: 80, note: 'For Taxi' }])
  })

  it('pays 900 after the approval', async () => {
    const { id, executionId, taskId } = await submitted900('Laptop')
    expect((await payoutsOf(id)).body.data).toEqual([])
    const decision = { id: taskId, decision: 'approve', comment: 'Needed.', values: { costCenter: '4711' } }
    expect(await call('POST', 'tasks:decide', decision)).toMatchObject({
      status: 200,
      body: { data: { status: 'done', decision: 'approve', comment: 'Needed.', values: { costCenter: '4711' } } },
    })
    const run = await execution(executionId, 'succeeded')
    expect(steps(run)).toEqual([
      ['over_limit', 'succeeded', 'yes'],
      ['review', 'succeeded', 'approve'],
      ['pay_reviewed', 'succeeded', undefined],
      ['approve_reviewed', 'succeeded', undefined],
    ])
    expect(run.nodeRuns[1]!.output).toMatchObject({ comment: 'Needed.', values: { costCenter: '4711' } })
    expect((await call('GET', `reimbursements/${id}`)).body.data).toMatchObject({ status: 'approved' })
    expect((await payoutsOf(id)).body.data).toMatchObject([{ amount: 900, reimbursementId: id }])
    expect(await call('POST', 'tasks:decide', decision)).toMatchObject({ status: 409 })
    expect((await payoutsOf(id)).body.data).toHaveLength(1)
  })

  it('pays nothing after a rejection', async () => {
    const { id, executionId, taskId } = await submitted900('Yacht')
    expect(await call('POST', 'tasks:decide', { id: taskId, decision: 'reject' })).toMatchObject({ status: 200 })
    expect(steps(await execution(executionId, 'succeeded')).at(-1)).toEqual(['reject', 'succeeded', undefined])
    expect((await call('GET', `reimbursements/${id}`)).body.data).toMatchObject({ status: 'rejected' })
    expect((await payoutsOf(id)).body.data).toEqual([])
  })

  it('is refused without a token, in a role that the user does not have, and with an unknown workflow', async () => {
    const create = (workflow = WORKFLOW) =>
      call('POST', `reimbursements:create?triggerWorkflows=${workflow}`, { title: 'Refused', amount: 1 })
    const known = headers
    headers = { 'Content-Type': 'application/json' }
    expect(await create()).toMatchObject({ status: 401 })
    headers = { ...known, 'X-Role': 'nobody' }
    expect(await create()).toMatchObject({ status: 403 })
    headers = known
    expect(await create('nope')).toMatchObject({ status: 422, body: { errors: [{ code: 'trigger_invalid' }] } })
    const filter = encodeURIComponent(JSON.stringify({ title: 'Refused' }))
    expect((await call('GET', `reimbursements:count?filter=${filter}`)).body).toEqual({ data: 0 })
  })
})

async function submitted900(title: string) {
  const path = `reimbursements:create?triggerWorkflows=${WORKFLOW}`
  const { body } = await call<Row>('POST', path, { title, amount: 900 })
  const { executionId } = body.triggered[0]!
  await execution(executionId, 'waiting')
  const tasks = await call<{ id: string; executionId: string }[]>('POST', 'tasks:list', { status: 'pending' })
  expect(tasks.body.data).toMatchObject([{ title: `${title}: 900`, executionId }])
  return { id: body.data.id, executionId, taskId: tasks.body.data[0]!.id }
}

function payoutsOf(reimbursementId: number): Promise<Reply<Row[]>> {
  return call('GET', `payouts?filter=${encodeURIComponent(JSON.stringify({ reimbursementId }))}`)
}
