import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { eventually, startServer, type TestServer } from '../start-server.ts'

let running: TestServer[] = []
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startServer(env)
  running.push(server)
  return server
}

const definition = {
  sync: false,
  trigger: { type: 'call', config: {} },
  nodes: [{ key: 'sum', type: 'calculate', config: { expression: '{{$context.data.n + 1}}' } }],
  options: {},
}

describe('processes on one database', () => {
  it('share the work by role: http takes it, a runner that comes later does it', async () => {
    const DATABASE_URL = await cloneTemplate(inject('adminUrl'), `roles_${process.pid}`)
    const http = await start({ DATABASE_URL, ENSUE_ROLE: 'http' })
    const ensue = await http.signIn()
    await ensue.workflows.create({ key: 'sum', title: 'Sum', definition })
    await ensue.workflows.deploy('sum')
    await ensue.workflows.enable('sum')
    const { executionId } = await ensue.workflows.run('sum', { n: 1 })
    expect(await ensue.executions.get(executionId)).toMatchObject({ status: 'queued' })
    expect((await fetch(`${http.url}/readyz`)).status).toBe(503)

    const runner = await start({ DATABASE_URL, ENSUE_ROLE: 'runner' })
    expect(await ensue.executions.wait(executionId)).toMatchObject({ status: 'succeeded', nodeRuns: [{ output: 2 }] })
    await eventually(
      async () => (await fetch(`${http.url}/readyz`)).status,
      (status) => status === 200,
    )
    // From here on a runner is woken at once.
    const second = await ensue.workflows.run('sum', { n: 2 })
    expect(await ensue.executions.wait(second.executionId)).toMatchObject({ status: 'succeeded' })
    expect(await runner.stop()).toBe(0)
  })

  it('see at once what another has deployed', async () => {
    const DATABASE_URL = await cloneTemplate(inject('adminUrl'), `registry_${process.pid}`)
    const [one, other] = [await start({ DATABASE_URL }), await start({ DATABASE_URL })]
    const [first, second] = [await one.signIn(), await other.signIn()]
    await first.collections.create({ name: 'notes', fields: [{ name: 'text', type: 'string' }] })
    await first.workflows.create({
      key: 'global',
      title: 'Global',
      definition: {
        ...definition,
        trigger: { type: 'action', config: { collection: 'notes', mode: 'global' } },
        nodes: [],
      },
    })
    await first.workflows.deploy('global')
    await first.workflows.enable('global')
    // No notice may have arrived yet: the write itself finds out.
    const { triggered } = await second.collection('notes').create({ text: 'x' })
    expect(triggered).toMatchObject([{ workflow: 'global' }])
  })
})

describe('the embedded PostgreSQL', () => {
  it('refuses a second server on its folder, and outlives kill -9 of the first', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ensue-folder-'))
    await chmod(folder, 0o755)
    const first = await start({ ENSUE_DATA_DIR: folder })
    const ensue = await first.signIn()
    await ensue.collections.create({ name: 'kept', fields: [{ name: 'text', type: 'string' }] })
    await ensue.collection('kept').create({ text: 'still here' })
    await expect(startServer({ ENSUE_DATA_DIR: folder })).rejects.toThrow(
      /is in use by another Ensue server \(process \d+\)/,
    )
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)

    await first.kill()
    const again = await start({ ENSUE_DATA_DIR: folder })
    expect((await (await again.signIn()).collection('kept').list()).data).toMatchObject([{ text: 'still here' }])
    expect(await again.stop()).toBe(0)
    await rm(folder, { recursive: true, force: true })
  })
})
