import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '@ensue/db/embedded-postgres'
import pg from 'pg'
import { Client } from './client.ts'
import { compareCollectionEvent } from './collection-event.ts'
import { type LoadResult, load, percentiles } from './load.ts'
import { residentMb, startScript } from './processes.ts'
import { compareQueue } from './queue.ts'
import { ORDERS, WATCHED, WORKFLOWS } from './workflows.ts'

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'w1,w2,w3,w4,w5,changes,queue' },
  },
})
const seconds = Number(flags.seconds)
const only = new Set(flags.only.split(','))

interface Row {
  what: string
  value: string
  ratio?: string
  target?: string
  reached?: boolean
}
const rows: Row[] = []
const rate = (result: LoadResult) => `${Math.round(result.perSecond).toLocaleString('en')}/s`
const body = (index: number) => JSON.stringify({ ref: `r${index}`, amount: index % 2 === 0 ? 700 : 300 })

function addRatio(what: string, perSecond: number, floor: number, target: number, more = ''): void {
  const ratio = perSecond / floor
  rows.push({
    what,
    value: `${Math.round(perSecond).toLocaleString('en')}/s${more}`,
    ratio: ratio.toFixed(2),
    target: `≥ ${target.toFixed(2)}`,
    reached: ratio >= target,
  })
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' ? address?.port : 0)
}

/** Waits until no execution is unfinished; answers how long that took. */
async function drain(pool: pg.Pool): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { rows: found } = await pool.query(
      `select exists (select from ensue.execution where status in ('queued', 'running')) or exists (select from ensue.change) as busy`,
    )
    if (!found[0].busy) return performance.now() - began
    if (performance.now() - began > 120_000) throw new Error('The executions do not finish.')
    await sleep(20)
  }
}

/** Sustained load at 16 connections: what is accepted, and what is finished, in the same time. */
async function sustained(
  what: string,
  url: string,
  headers: Record<string, string>,
  pool: pg.Pool,
  floor: number,
): Promise<void> {
  const finished = async () =>
    Number((await pool.query(`select count(*) as n from data.bench_orders where status = 'done'`)).rows[0].n)
  const before = await finished()
  const result = await load({ url, connections: 16, seconds, headers, body })
  const done = (await finished()) - before
  const drainMs = await drain(pool)
  const all = (await finished()) - before
  addRatio(`${what} accepted, 16 connections`, result.perSecond, floor, 0.15, ` (${result.errors} errors)`)
  addRatio(
    `${what} finished in the same time`,
    done / result.seconds,
    floor,
    0.15,
    ` (${all} of ${result.requests}, rest ${Math.round(drainMs)} ms later)`,
  )
}

/** 20 requests a second, open loop: from the answer of the database's clock at send to the record's last update. */
async function paced(what: string, send: (ref: string) => Promise<unknown>, pool: pg.Pool): Promise<void> {
  const count = Math.max(300, seconds * 20)
  const sentAt = new Map<string, number>()
  const pending: Promise<unknown>[] = []
  for (let i = 0; i < count; i++) {
    const ref = `${what}-${i}-${Date.now()}`
    sentAt.set(ref, Date.now())
    pending.push(send(ref))
    await sleep(50)
  }
  await Promise.all(pending)
  await drain(pool)
  const { rows: found } = await pool.query<{ ref: string; at: Date }>(
    `select o.ref, o."updatedAt" as at from data.bench_orders o where o.ref = any($1) and o.status = 'done'`,
    [[...sentAt.keys()]],
  )
  const { p50Ms, p99Ms } = percentiles(found.map((row) => new Date(row.at).getTime() - (sentAt.get(row.ref) ?? 0)))
  rows.push({
    what: `${what} sent → finished at 20/s`,
    value: `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (${found.length} of ${count})`,
    target: '≤ 12 / ≤ 50 ms',
    reached: p50Ms <= 12 && p99Ms <= 50,
  })
}

const folder = await mkdtemp(path.join(tmpdir(), 'ensue-bench-'))
// As root, PostgreSQL runs under another account, which must be able to pass.
await chmod(folder, 0o755)
const stops: (() => Promise<unknown>)[] = []
try {
  const postgres = await startEmbeddedPostgres(path.join(folder, 'postgres'))
  stops.push(() => postgres.stop())
  const databaseUrl = postgres.connectionString
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  stops.push(() => pool.end())

  const floorServer = await startScript('bench/floor-server.ts', { DATABASE_URL: databaseUrl, PORT: await freePort() })
  const floor = new Map<number, number>()
  for (const connections of [1, 16, 64]) {
    const result = await load({ url: floorServer.url, connections, seconds, body })
    floor.set(connections, result.perSecond)
    rows.push({
      what: `floor: Hono + one INSERT, ${connections} connections`,
      value: `${rate(result)}, p99 ${result.p99Ms.toFixed(1)} ms`,
    })
  }
  await floorServer.stop()

  const env = {
    DATABASE_URL: databaseUrl,
    ENSUE_ADMIN_EMAIL: 'bench@example.com',
    ENSUE_ADMIN_PASSWORD: 'bench-password',
    LOG_LEVEL: 'warn',
  }
  const server = await startScript('apps/server/src/main.ts', { ...env, PORT: await freePort() })
  const client = new Client(server.url)
  await client.signIn(env.ENSUE_ADMIN_EMAIL, env.ENSUE_ADMIN_PASSWORD)
  for (const collection of [ORDERS, WATCHED]) await client.call('collections:create', collection)
  for (const [key, definition] of Object.entries(WORKFLOWS)) await client.deploy(key, definition)

  if (only.has('w1')) {
    const check = (index: number, status: number, text: string) =>
      status === 200 && text === JSON.stringify({ approved: index % 2 === 0 })
    const url = `${server.url}/api/webhooks/bench-w1`
    await load({ url, connections: 16, seconds: 2, body })
    for (const [connections, target] of [
      [1, 0.5],
      [16, 0.7],
      [64, 1],
    ] as const) {
      const result = await load({ url, connections, seconds, body, check })
      addRatio(
        `W1 sync webhook, ${connections} connections`,
        result.perSecond,
        floor.get(connections)!,
        target,
        `, p99 ${result.p99Ms.toFixed(1)} ms, ${result.errors} wrong`,
      )
    }
  }
  if (only.has('w2')) {
    const url = `${server.url}/api/webhooks/bench-w2`
    await load({ url, connections: 16, seconds: 1, body })
    await drain(pool)
    await sustained('W2 async webhook', url, {}, pool, floor.get(16)!)
    await paced(
      'W2',
      (ref) =>
        fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ref, amount: 700 }),
        }),
      pool,
    )
  }
  if (only.has('w3')) {
    const url = `${server.url}/api/bench_orders:create?triggerWorkflows=bench-w3`
    await load({ url, connections: 16, seconds: 1, headers: client.headers, body })
    await drain(pool)
    await sustained('W3 create with a bound workflow', url, client.headers, pool, floor.get(16)!)
    await paced('W3', (ref) => client.call('bench_orders:create?triggerWorkflows=bench-w3', { ref, amount: 700 }), pool)
  }
  if (only.has('w4')) {
    const url = `${server.url}/api/webhooks/bench-w4`
    for (const connections of [1, 4]) {
      const result = await load({ url, connections, seconds, body })
      const runs = result.perSecond * 100
      rows.push({
        what: `W4 100 pure nodes in a line, ${connections} connections`,
        value: `${Math.round(runs).toLocaleString('en')} node runs/s (${result.errors} errors)`,
        target: '≥ 20,000',
        reached: runs >= 20_000,
      })
    }
  }
  await server.stop()
  if (only.has('changes')) {
    // Without a runner: what is measured is the write, not the executions that follow it on the same cores.
    const writer = await startScript('apps/server/src/main.ts', { ...env, PORT: await freePort(), ENSUE_ROLE: 'http' })
    const writing = new Client(writer.url)
    await writing.signIn(env.ENSUE_ADMIN_EMAIL, env.ENSUE_ADMIN_PASSWORD)
    const discard = () => pool.query('truncate ensue.change')
    for (const { connections, on, off, added } of await compareCollectionEvent(writing, pool, seconds, discard))
      rows.push({
        what: `create with a collection event, ${connections} connections`,
        value: `${Math.round(on).toLocaleString('en')}/s, without ${Math.round(off).toLocaleString('en')}/s`,
        ratio: (1 + added).toFixed(2),
        target: '≤ 1.35',
        reached: added <= 0.35,
      })
    await writer.stop()
  }
  if (only.has('queue')) {
    const taker = await startScript('apps/server/src/main.ts', { ...env, PORT: await freePort() })
    const taking = new Client(taker.url)
    await taking.signIn(env.ENSUE_ADMIN_EMAIL, env.ENSUE_ADMIN_PASSWORD)
    for (const { what, emptyMs, fullMs } of await compareQueue(taking, pool, seconds, body))
      rows.push({
        what: `${what}: p95 with 100,000 queued`,
        value: `${fullMs.toFixed(1)} ms, without ${emptyMs.toFixed(1)} ms`,
        ratio: (fullMs / emptyMs).toFixed(2),
        target: '≤ 1.50',
        reached: fullMs / emptyMs <= 1.5,
      })
    await taker.stop()
    await pool.query(`delete from ensue.execution where status = 'queued'`)
  }
  if (only.has('w5')) {
    const again = await startScript('apps/server/src/main.ts', { ...env, PORT: await freePort() })
    const first = performance.now()
    await load({ url: `${again.url}/api/webhooks/bench-w1`, connections: 1, requests: 1, body })
    const upMs = again.upMs + performance.now() - first
    rows.push({
      what: 'W5 process start → first right answer',
      value: `${Math.round(upMs)} ms`,
      target: '≤ 2,000',
      reached: upMs <= 2_000,
    })
    await sleep(5_000)
    const idleMb = await residentMb(again.process.pid!)
    rows.push({
      what: 'W5 idle memory of the server process',
      value: `${Math.round(idleMb)} MB`,
      target: '≤ 200',
      reached: idleMb <= 200,
    })
    await again.stop()
  }
} finally {
  for (const stop of stops.reverse()) await stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
}

const width = Math.max(...rows.map((row) => row.what.length))
for (const row of rows)
  process.stdout.write(
    `${row.what.padEnd(width)}  ${row.value}${row.ratio ? `  ratio ${row.ratio}` : ''}${row.target ? `  target ${row.target} ${row.reached ? '✓' : '✗'}` : ''}\n`,
  )
