import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '@ensue/db/embedded-postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startServer, type TestServer } from '../start-server.ts'

let folder: string
let server: TestServer
let postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-away-'))
  await chmod(folder, 0o755)
  postgres = await startEmbeddedPostgres(folder)
  server = await startServer({ DATABASE_URL: postgres.connectionString })
})
afterAll(async () => {
  await server?.stop()
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('PostgreSQL away for five seconds under load', () => {
  it('answers 503 meanwhile, goes on by itself and finishes everything that was acknowledged', async () => {
    const ensue = await server.signIn()
    await ensue.collections.create({
      name: 'orders',
      fields: [
        { name: 'n', type: 'integer', required: true },
        { name: 'done', type: 'boolean', default: false },
      ],
    })
    await ensue.workflows.create({
      key: 'mark',
      title: 'Mark',
      definition: {
        sync: false,
        trigger: { type: 'action', config: { collection: 'orders', mode: 'global', actions: ['create'] } },
        nodes: [
          {
            key: 'done',
            type: 'record.update',
            config: { collection: 'orders', id: '{{$context.data.id}}', values: { done: true } },
          },
        ],
        options: {},
      },
    })
    await ensue.workflows.deploy('mark')
    await ensue.workflows.enable('mark')

    const acknowledged: number[] = []
    const refusals = new Set<string>()
    let stop = false
    let n = 0
    const post = async () => {
      while (!stop) {
        const mine = n++
        try {
          await ensue.collection('orders').create({ n: mine })
          acknowledged.push(mine)
        } catch (error) {
          const { code, status } = error as { code: string; status: number }
          refusals.add(`${status} ${code}`)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
    }
    const load = Promise.all([1, 2, 3, 4].map(post))
    await eventually(
      async () => acknowledged.length,
      (count) => count > 50,
    )
    await postgres.stop()
    const { status } = await fetch(`${server.url}/readyz`)
    expect(status).toBe(503)
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    const before = acknowledged.length
    const backAt = performance.now()
    postgres = await startEmbeddedPostgres(folder)
    await eventually(
      async () => acknowledged.length,
      (count) => count > before + 20,
      10_000,
    )
    expect(performance.now() - backAt).toBeLessThan(10_000)
    stop = true
    await load
    expect([...refusals].filter((refusal) => refusal !== '503 unavailable')).toEqual([])

    const client = new pg.Client({ connectionString: postgres.connectionString })
    await client.connect()
    await eventually(
      async () =>
        (await client.query(`select count(*)::int as n from ensue.execution where status in ('queued', 'running')`))
          .rows[0].n as number,
      (unfinished) => unfinished === 0,
    )
    const { rows } = await client.query<{ n: number }>(`select n from data.orders where done`)
    await client.end()
    const done = new Set(rows.map((row) => row.n))
    expect(acknowledged.filter((mine) => !done.has(mine))).toEqual([])
    expect(server.process.exitCode).toBeNull()
  })
})
