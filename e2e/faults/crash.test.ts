import { cloneTemplate } from '@ensue/db/testing/cluster'
import pg from 'pg'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { eventually, freePort, startServer, type TestServer } from '../start-server.ts'

const WORKFLOW = 'count-orders'
let running: TestServer[] = []
let databases = 0

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startServer(env)
  running.push(server)
  return server
}

async function newDatabase(): Promise<string> {
  databases += 1
  return cloneTemplate(inject('adminUrl'), `crash_${process.pid}_${databases}`)
}

/** Orders, and a workflow that books each of them once and marks it as done. */
async function setUp(server: TestServer) {
  const ensue = await server.signIn()
  await ensue.collections.create({
    name: 'orders',
    fields: [
      { name: 'n', type: 'integer', required: true },
      { name: 'done', type: 'boolean', default: false },
    ],
  })
  await ensue.collections.create({ name: 'bookings', fields: [{ name: 'order', type: 'belongsTo', target: 'orders' }] })
  await ensue.workflows.create({
    key: WORKFLOW,
    title: 'Count',
    definition: {
      sync: false,
      trigger: { type: 'action', config: { collection: 'orders', mode: 'local' } },
      nodes: [
        {
          key: 'book',
          type: 'record.create',
          config: { collection: 'bookings', values: { order: '{{$context.data.id}}' } },
        },
        {
          key: 'done',
          type: 'record.update',
          config: { collection: 'orders', id: '{{$context.data.id}}', values: { done: true } },
        },
      ],
      options: {},
    },
  })
  await ensue.workflows.deploy(WORKFLOW)
  await ensue.workflows.enable(WORKFLOW)
  return ensue
}

async function query<Row extends pg.QueryResultRow>(connectionString: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

const unfinished = (url: string) =>
  query<{ n: number }>(
    url,
    `select count(*)::int as n from ensue.execution where status in ('queued', 'running', 'waiting')`,
  )

describe('kill -9 of the only server', () => {
  it('loses no acknowledged create and books none of them twice', async () => {
    const DATABASE_URL = await newDatabase()
    const PORT = String(await freePort())
    const server = await start({ DATABASE_URL, PORT })
    const ensue = await setUp(server)
    const acknowledged: number[] = []
    let sent = 0
    const post = async () => {
      while (sent < 200) {
        const n = sent++
        const reply = await ensue
          .collection('orders')
          .create({ n }, { triggerWorkflows: [WORKFLOW] })
          .catch(() => undefined)
        if (reply) acknowledged.push(n)
        if (acknowledged.length === 120) await server.kill()
      }
    }
    await Promise.all(Array.from({ length: 8 }, post))
    expect(acknowledged.length).toBeGreaterThanOrEqual(120)

    await start({ DATABASE_URL, PORT })
    await eventually(
      () => unfinished(DATABASE_URL),
      ([row]) => row?.n === 0,
      20_000,
    )
    const rows = await query<{ n: number; done: boolean; executions: number; bookings: number }>(
      DATABASE_URL,
      `select o.n, o.done, (select count(*)::int from data.bookings b where b."orderId" = o.id) as bookings,
         (select count(*)::int from ensue.execution e where (e.context -> 'data' ->> 'id')::bigint = o.id and e.status = 'succeeded') as executions
       from data.orders o order by n`,
    )
    const byNumber = new Map(rows.map((row) => [row.n, row]))
    for (const n of acknowledged) expect(byNumber.get(n)).toEqual({ n, done: true, executions: 1, bookings: 1 })
    // Those whose answer was lost may be there too, whole.
    for (const row of rows) expect(row).toMatchObject({ done: true, executions: 1, bookings: 1 })
  })
})

describe('kill -9 of one of two runners', () => {
  it('lets the other one finish what it was at, within 15 seconds', async () => {
    const slow = await import('node:http').then(({ createServer }) =>
      createServer((_, response) => void response.writeHead(200).end('{}', () => {})),
    )
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    let calls = 0
    slow.removeAllListeners('request')
    slow.on('request', (_, response) => {
      calls += 1
      // The first calls hang: their runner is killed in the middle of them.
      if (calls > 4) response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
    })
    const address = slow.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const env = { DATABASE_URL: await newDatabase(), EGRESS_ALLOW: `127.0.0.1:${port}` }
    const { DATABASE_URL } = env
    const first = await start(env)
    const ensue = await setUp(first)
    const second = await start(env)
    await ensue.workflows.create({
      key: 'slow',
      title: 'Slow',
      definition: {
        sync: false,
        trigger: { type: 'action', config: { collection: 'orders', mode: 'local' } },
        nodes: [
          {
            key: 'call',
            type: 'http',
            config: { method: 'POST', url: `http://127.0.0.1:${port}/`, timeoutMs: 60_000 },
          },
          {
            key: 'book',
            type: 'record.create',
            config: { collection: 'bookings', values: { order: '{{$context.data.id}}' } },
          },
        ],
        options: {},
      },
    })
    await ensue.workflows.deploy('slow')
    await ensue.workflows.enable('slow')
    await Promise.all([1, 2, 3, 4].map((n) => ensue.collection('orders').create({ n }, { triggerWorkflows: ['slow'] })))
    await eventually(
      async () => calls,
      (n) => n === 4,
    )
    const holders = await query<{ pid: number; n: number }>(
      DATABASE_URL,
      `select r.pid, count(*)::int as n from ensue.execution e join ensue.runner r on r.id = e.runner_id where e.status = 'running' group by r.pid`,
    )
    const victim = [first, second].find((server) => server.process.pid === holders[0]!.pid)!
    const killedAt = performance.now()
    await victim.kill()
    const held = holders[0]!.n
    await eventually(
      () => query<{ n: number }>(DATABASE_URL, 'select count(*)::int as n from data.bookings'),
      ([row]) => row?.n === held,
      15_000,
    )
    expect(performance.now() - killedAt).toBeLessThan(15_000)
    slow.closeAllConnections()
    slow.close()
  })
})
