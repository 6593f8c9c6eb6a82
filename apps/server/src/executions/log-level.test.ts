import { once } from 'node:events'
import { createServer } from 'node:http'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
let port = 0
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"stock":3}')
})
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  port = (server.address() as { port: number }).port
  test = await createTestApp({ EGRESS_ALLOW: `127.0.0.1:${port}` })
  await api('collections:create', { name: 'lines', fields: [{ name: 'n', type: 'integer' }] })
})
afterAll(async () => {
  await test.stop()
  server.close()
})

const api = (path: string, body: object) => test.call(`/api/${path}`, { body })
const get = async (id: string) => (await test.call(`/api/executions/${id}`)).body.data
const node = (key: string, type: string, config: object, more: object = {}) => ({ key, type, config, ...more })

/** Journals before its end: an effect outside, one inside, a wait. */
const nodes = () => [
  node('double', 'calculate', { expression: '$context.input.n * 2' }),
  node('ask', 'http', { method: 'GET', url: `http://127.0.0.1:${port}/` }),
  node('write', 'record.create', { collection: 'lines', values: { n: '{{$context.input.n}}' } }),
  node('pause', 'delay', { durationMs: 1 }),
  node('check', 'condition', { expression: '$context.input.n > 0', onFalse: 'end', endStatus: 'failure' }),
  node('end', 'end', {
    status: 'success',
    output: { doubled: '{{$nodes.double}}', stock: '{{$nodes.ask.body.stock}}' },
  }),
]

async function publish(key: string, definition: object) {
  const { body } = await api('workflows:create', { key, title: key, definition })
  expect(body.data?.problems).toEqual([])
  expect((await api('workflows:deploy', { key })).status).toBe(200)
  expect((await api('workflows:enable', { key, enabled: true })).status).toBe(200)
}
const run = async (key: string, input: object) => (await api('workflows:run', { key, input })).body.data.executionId
async function settled(id: string) {
  await expect.poll(async () => (await get(id)).finishedAt, { timeout: 10_000 }).not.toBeNull()
  return get(id)
}
/** Rows and columns that hold node runs of an execution. */
async function journaled(id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*)::int from ensue.journal where execution_id = ${id}) +
      (select count(journal)::int from ensue.execution where id = ${id}) as count`.execute(test.app.client.db)
  return rows[0]!.count
}

describe('the log level', () => {
  it.each([
    ['all', 1, 'succeeded', 6],
    ['failures', 1, 'succeeded', 0],
    ['failures', 0, 'failed', 5],
    ['none', 1, 'succeeded', 0],
    ['none', 0, 'failed', 0],
  ])('"%s" keeps of a run with %i, which has %s, %i node runs', async (logLevel, n, status, count) => {
    const key = `keeps-${logLevel}-${n}`
    await publish(key, { trigger: { type: 'call' }, nodes: nodes(), options: { logLevel } })
    const execution = await settled(await run(key, { n }))
    expect(execution.status).toBe(status)
    expect(execution.nodeRuns).toHaveLength(count)
    expect(execution.nodeRunsKept).toBe(count > 0)
    expect((await journaled(execution.id)) > 0).toBe(count > 0)
    if (status === 'succeeded') expect(execution.output).toEqual({ doubled: 2, stock: 3 })
  })

  it('"none" writes no node run at all where nothing has to be written before the end', async () => {
    await test.app.client.db.transaction().execute(async (trx) => {
      await sql`create function ensue.refuse_journal() returns trigger language plpgsql as $$
        begin raise exception 'a node run was written'; end $$`.execute(trx)
      await sql`create trigger refuse before insert on ensue.journal for each row execute function ensue.refuse_journal()`.execute(
        trx,
      )
      await sql`create trigger refuse before insert or update on ensue.execution for each row when (new.journal is not null)
        execute function ensue.refuse_journal()`.execute(trx)
    })
    try {
      const pure = [
        node('secretly', 'calculate', { expression: '$context.input.n + 1' }),
        node('end', 'end', { output: { n: '{{$nodes.secretly}}' } }),
      ]
      for (const sync of [true, false]) {
        const key = `pure-${sync}`
        await publish(key, { sync, trigger: { type: 'call' }, nodes: pure, options: { logLevel: 'none' } })
        expect(await settled(await run(key, { n: 1 }))).toMatchObject({ status: 'succeeded', output: { n: 2 } })
      }
    } finally {
      await sql`drop function ensue.refuse_journal cascade`.execute(test.app.client.db)
    }
  })

  it('"none" forgets a run that is canceled while it waits, and one that a debug run is not', async () => {
    const definition = {
      trigger: { type: 'call' },
      nodes: [...nodes().slice(0, 3), node('pause', 'delay', { durationMs: 3_600_000 })],
      options: { logLevel: 'none' },
    }
    await publish('long', definition)
    const id = await run('long', { n: 1 })
    await expect.poll(async () => (await get(id)).status).toBe('waiting')
    expect(await get(id)).toMatchObject({ nodeRunsKept: true, nodeRuns: [{}, {}, {}, {}] })
    await api('executions:cancel', { id })
    expect(await get(id)).toMatchObject({ status: 'canceled', nodeRunsKept: false, nodeRuns: [] })
    expect(await journaled(id)).toBe(0)

    await publish('looked-at', { trigger: { type: 'call' }, nodes: nodes(), options: { logLevel: 'none' } })
    const { executionId } = (await api('workflows:debug', { key: 'looked-at', context: { input: { n: 1 } } })).body.data
    expect(await settled(executionId)).toMatchObject({ nodeRunsKept: true, nodeRuns: nodes().map(() => ({})) })
  })

  it('"none" leaves callers their results, and tells of the node that failed', async () => {
    const options = { logLevel: 'none' }
    await publish('callee', { trigger: { type: 'call' }, nodes: nodes(), options })
    await publish('caller', {
      trigger: { type: 'call' },
      nodes: [
        node('sub', 'subWorkflow', { workflow: 'callee', input: '{{$context.input}}' }),
        node('end', 'end', { output: '{{$nodes.sub}}' }),
      ],
      options,
    })
    await publish('on-failure', {
      trigger: { type: 'failure', config: { workflows: ['callee'] } },
      nodes: [node('end', 'end', { output: { node: '{{$context.node}}' } })],
    })
    expect(await settled(await run('caller', { n: 1 }))).toMatchObject({ output: { doubled: 2, stock: 3 } })
    expect(await settled(await run('caller', { n: 0 }))).toMatchObject({ error: { code: 'sub_workflow_failed' } })
    await expect
      .poll(async () => {
        const [told] = (await api('executions:list', { workflow: 'on-failure', status: 'succeeded' })).body.data
        return told && (await get(told.id)).output
      })
      .toEqual({ node: 'check' })
  })

  it('"none" lets a retry do everything again only when it is asked for as that', async () => {
    await publish('again', { trigger: { type: 'call' }, nodes: nodes(), options: { logLevel: 'none' } })
    const { id } = await settled(await run('again', { n: 0 }))
    const count = async () => (await api('lines:count', {})).body.data
    const before = await count()
    for (const from of [undefined, 'check']) {
      const { status, body } = await api('executions:retry', { id, ...(from ? { from } : {}) })
      expect(status).toBe(409)
      expect(body.errors[0].message).toContain('from: "double"')
    }
    expect(await count()).toBe(before)
    const retried = (await api('executions:retry', { id, from: 'double', context: { input: { n: 4 } } })).body.data
    expect(await settled(retried.id)).toMatchObject({ status: 'succeeded', output: { doubled: 8 } })
    expect(await count()).toBe(before + 1)
  })
})

describe('the options of a workflow', () => {
  it.each([
    [{ retension: { succeeded: { maxAgeDays: 7 } } }, 'options.retension'],
    [{ retention: { done: { maxAgeDays: 7 } } }, 'options.retention.done'],
    [{ retention: { succeeded: { maxAgeDays: 0 } } }, 'options.retention.succeeded.maxAgeDays'],
    [{ retention: { failed: { maxCount: -1 } } }, 'options.retention.failed.maxCount'],
    [{ logLevel: 'some' }, 'options.logLevel'],
  ])('are refused where they are not known: %j', async (options, path) => {
    const { status, body } = await api('workflows:create', {
      title: 'Wrong',
      definition: { trigger: { type: 'call' }, nodes: [], options },
    })
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ path: `definition.${path}` }])
    expect(body.errors[0].message).not.toBe('')
  })
})
