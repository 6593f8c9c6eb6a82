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
import { body, drain, paced, sustained } from './executions.ts'
import { load, median } from './load.ts'
import { residentMb, type Started, startScript } from './processes.ts'
import { compareQueue } from './queue.ts'
import { addRatio, print, rate, rows } from './report.ts'
import { ORDERS, WATCHED, WORKFLOWS } from './workflows.ts'

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'w1,w2,w3,w4,w5,javascript,changes,queue' },
  },
})
const seconds = Number(flags.seconds)
const only = new Set(flags.only.split(','))

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' ? address?.port : 0)
}

const folder = await mkdtemp(path.join(tmpdir(), 'ensue-bench-'))
// As root, PostgreSQL runs under another account, which must be able to pass.
await chmod(folder, 0o755)
const stops: (() => Promise<unknown>)[] = []
const stopAll = async () => {
  for (const stop of stops.splice(0).reverse()) await stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopAll().finally(() => process.exit(1)))

/** Starts a script on a free port; it ends with the benchmark at the latest, however that ends. */
async function start(script: string, env: Record<string, string>): Promise<Started> {
  const started = await startScript(script, { ...env, PORT: await freePort() })
  stops.push(started.stop)
  return started
}

try {
  const postgres = await startEmbeddedPostgres(path.join(folder, 'postgres'))
  stops.push(() => postgres.stop())
  const databaseUrl = postgres.connectionString
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  stops.push(() => pool.end())

  const floorServer = await start('bench/floor-server.ts', { DATABASE_URL: databaseUrl })
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
  const server = await start('apps/server/src/main.ts', env)
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
    await sustained('W2 async webhook', url, {}, pool, seconds, floor.get(16)!)
    await paced(
      'W2',
      (ref) =>
        fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ref, amount: 700 }),
        }),
      pool,
      seconds,
    )
  }
  if (only.has('w3')) {
    const url = `${server.url}/api/bench_orders:create?triggerWorkflows=bench-w3`
    await load({ url, connections: 16, seconds: 1, headers: client.headers, body })
    await drain(pool)
    await sustained('W3 create with a bound workflow', url, client.headers, pool, seconds, floor.get(16)!)
    await paced(
      'W3',
      (ref) => client.call('bench_orders:create?triggerWorkflows=bench-w3', { ref, amount: 700 }),
      pool,
      seconds,
    )
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
  if (only.has('javascript')) {
    const times = { without: [] as number[], with: [] as number[] }
    // In turns, so that both see the same machine. One connection: each run comes right after the one before.
    for (let round = 0; round < 5; round++)
      for (const [side, key] of [
        ['without', 'bench-w1'],
        ['with', 'bench-javascript'],
      ] as const) {
        const url = `${server.url}/api/webhooks/${key}`
        await load({ url, connections: 1, requests: 50, body })
        const result = await load({ url, connections: 1, seconds: seconds / 5, body })
        if (result.errors > 0) throw new Error(`${result.errors} webhooks failed.`)
        times[side].push(result.p50Ms)
      }
    const [without, withCode] = [median(times.without), median(times.with)]
    rows.push({
      what: 'sync webhook with JavaScript, p50',
      value: `${withCode.toFixed(2)} ms, without ${without.toFixed(2)} ms`,
      target: '≤ 3 ms more',
      reached: withCode - without <= 3,
    })
  }
  await server.stop()
  if (only.has('changes')) {
    // Without a runner: what is measured is the write, not the executions that follow it on the same cores.
    const writer = await start('apps/server/src/main.ts', { ...env, ENSUE_ROLE: 'http' })
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
    const taker = await start('apps/server/src/main.ts', env)
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
    const again = await start('apps/server/src/main.ts', env)
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
  await stopAll()
}

print()
