import { cloneTemplate } from '@ensue/db/testing/cluster'
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { eventually, freePort, startServer } from '../start-server.ts'

/** The executions of a workflow that listens to `orders`: what happened, to which order. */
const EXECUTIONS = `
  select e.context ->> 'event' as event, e.context -> 'data' ->> 'n' as n, count(*)::int as times
  from ensue.execution e where e.trigger_type = 'collection' and e.status = 'succeeded' group by 1, 2`

it('starts each captured change once, through kill -9 of the server, whoever wrote meanwhile', async () => {
  const DATABASE_URL = await cloneTemplate(inject('adminUrl'), `changes_${process.pid}`)
  const PORT = String(await freePort())
  const start = async () => {
    const server = await startServer({ DATABASE_URL, PORT })
    onTestFinished(async () => void (await server.stop()))
    return server
  }
  let server = await start()
  const ensue = await server.signIn()
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4 })
  onTestFinished(() => pool.end())
  await ensue.collections.create({ name: 'orders', fields: [{ name: 'n', type: 'integer', unique: true }] })
  const definition = {
    trigger: { type: 'collection', config: { collection: 'orders' } },
    nodes: [{ key: 'note', type: 'set', config: { values: { n: '{{$context.data.n}}' } } }],
  }
  await ensue.workflows.create({ key: 'listens', title: 'Listens', definition })
  await ensue.workflows.deploy('listens')
  await ensue.workflows.enable('listens')

  const written = new Set<number>()
  let next = 0
  const post = async (until: number) => {
    while (next < until) {
      const n = next++
      const reply = await ensue
        .collection('orders')
        .create({ n })
        .catch(() => undefined)
      if (reply) written.add(n)
    }
  }
  for (const killedAt of [80, 160, 240]) {
    const posting = Promise.all(Array.from({ length: 8 }, () => post(killedAt + 20)))
    await eventually(
      async () => written.size,
      (size) => size >= killedAt - 40,
      20_000,
    )
    await server.kill()
    await posting
    // Nobody is there to see these.
    await pool.query('insert into data.orders (n) values ($1), ($2)', [1_000 + killedAt, 2_000 + killedAt])
    await pool.query('delete from data.orders where n = $1', [2_000 + killedAt])
    server = await start()
  }
  await eventually(
    async () => (await pool.query('select exists (select from ensue.change) as pending')).rows[0].pending,
    (pending) => pending === false,
    30_000,
  )
  await eventually(
    async () =>
      (await pool.query(`select count(*)::int as n from ensue.execution where finished_at is null`)).rows[0].n,
    (unfinished) => unfinished === 0,
    30_000,
  )
  const { rows: executions } = await pool.query<{ event: string; n: string; times: number }>(EXECUTIONS)
  const created = executions.filter(({ event }) => event === 'create').map(({ n }) => Number(n))
  const { rows: orders } = await pool.query<{ n: number }>('select n from data.orders')
  expect(executions.filter(({ times }) => times !== 1)).toEqual([])
  expect(created.toSorted()).toEqual([...orders.map(({ n }) => n), 2_080, 2_160, 2_240].toSorted())
  for (const n of written) expect(created).toContain(n)
  expect(
    executions
      .filter(({ event }) => event === 'destroy')
      .map(({ n }) => Number(n))
      .toSorted(),
  ).toEqual([2_080, 2_160, 2_240])
}, 120_000)
