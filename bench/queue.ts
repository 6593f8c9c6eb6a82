import type pg from 'pg'
import type { Client } from './client.ts'
import { load, median, percentiles } from './load.ts'

const QUEUED = 100_000
const ROUNDS = 5
const LISTS = {
  'all executions': {},
  'executions of a workflow': { workflow: 'bench-w1' },
  'failed executions': { status: 'failed' },
  'waiting executions': { status: 'waiting' },
  'queued executions': { status: 'queued' },
  'succeeded executions of a workflow': { workflow: 'bench-w1', status: 'succeeded' },
}

export interface Compared {
  what: string
  emptyMs: number
  fullMs: number
}

/** The 95th percentiles of a sync webhook and of the lists, without and with a long queue that the same process works on. */
export async function compareQueue(
  client: Client,
  pool: pg.Pool,
  seconds: number,
  body: (index: number) => string,
): Promise<Compared[]> {
  const measure = async () => {
    const found = new Map<string, number[]>()
    const add = (what: string, ms: number) => found.set(what, [...(found.get(what) ?? []), ms])
    for (let round = 0; round < ROUNDS; round++) {
      const result = await load({
        url: `${client.url}/api/webhooks/bench-w1`,
        connections: 16,
        seconds: seconds / ROUNDS,
        body,
      })
      if (result.errors > 0) throw new Error(`${result.errors} webhooks failed.`)
      add('sync webhook, 16 connections', result.p95Ms)
      for (const [what, input] of Object.entries(LISTS)) add(what, await timeList(client, 'executions:list', input))
      add('workflows', await timeList(client, 'workflows:list', {}))
      add('requests of a webhook', await timeList(client, 'webhooks:deliveries', { workflow: 'bench-w1' }))
    }
    return found
  }
  const empty = await measure()
  await fill(pool)
  const full = await measure()
  return [...empty].map(([what, values]) => ({
    what,
    emptyMs: median(values),
    fullMs: median(full.get(what)!),
  }))
}

/** Executions as they stand when runners are behind. */
async function fill(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into ensue.execution (id, workflow_id, version_id, trigger_type, sync, context, status)
    select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
      || '8' || substr(md5(random()::text), 1, 15))::uuid, w.id, v.id, 'webhook', false,
      jsonb_build_object('data', jsonb_build_object('ref', 'queued ' || n, 'amount', n)), 'queued'
    from ensue.workflow w join ensue.workflow_version v on v.workflow_id = w.id and v.number = w.live_version, generate_series(1, $1) n
    where w.key = 'bench-w2'`,
    [QUEUED],
  )
  await pool.query('vacuum analyze ensue.execution')
}

async function timeList(client: Client, verb: string, input: object): Promise<number> {
  const times = []
  for (let i = 0; i < 20; i++) {
    const began = performance.now()
    await client.call(verb, input)
    times.push(performance.now() - began)
  }
  return percentiles(times).p95Ms
}
