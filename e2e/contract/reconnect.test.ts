import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { setUp, WORKFLOW } from '../../examples/reimbursement/story.ts'
import { eventually, freePort, startServer, type TestServer } from '../start-server.ts'

let server: TestServer
let env: Record<string, string>

beforeAll(async () => {
  const DATABASE_URL = await cloneTemplate(inject('adminUrl'), `reconnect_${process.pid}`)
  env = { DATABASE_URL, PORT: String(await freePort()) }
  server = await startServer(env)
  await setUp(await server.signIn())
})
afterAll(() => server?.stop())

it.each(['kill', 'stop'] as const)('goes on waiting for an execution over a %s of the server', async (end) => {
  const ensue = await server.signIn()
  const { triggered } = await ensue
    .collection('reimbursements')
    .create({ title: end, amount: 900 }, { triggerWorkflows: [WORKFLOW] })
  const id = triggered[0]!.executionId!
  const seen: string[] = []
  const watching = (async () => {
    for await (const { status } of ensue.executions.watch(id)) seen.push(status)
  })()
  const waiting = ensue.executions.wait(id)
  await eventually(
    async () => seen.at(-1),
    (status) => status === 'waiting',
  )

  const began = performance.now()
  await server[end]()
  // Streams do not hold up a stop.
  expect(performance.now() - began).toBeLessThan(4_000)
  server = await startServer(env)
  const { data: tasks } = await ensue.tasks.list({ status: 'pending' })
  await ensue.tasks.decide(tasks[0]!.id, 'approve')

  expect(await waiting).toMatchObject({ id, status: 'succeeded' })
  await watching
  expect(seen.at(-1)).toBe('succeeded')
  expect(seen.filter((status) => status === 'waiting')).toHaveLength(1)
})
