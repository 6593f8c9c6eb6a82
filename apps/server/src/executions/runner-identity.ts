import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectionConfig } from '@ensue/db'
import { newId } from '@ensue/engine/core'
import pg from 'pg'
import type { Logger } from 'pino'

const HEARTBEAT_MS = 2_000

/** This process among the runners: a row with a heartbeat, and a session advisory lock that PostgreSQL frees when the process dies. */
export interface RunnerIdentity {
  readonly id: string
  readonly host: string
  /** Is the lock held and the last heartbeat fresh? */
  alive(): boolean
  setWorkerPool(workerPoolId: string | null): void
  stop(): Promise<void>
}

function lockKeyOf(id: string): string {
  return createHash('sha256').update(id).digest().readBigInt64BE().toString()
}

/** Registers this process and keeps it alive over lost connections; resolves when it is registered. */
export async function registerRunner(connectionString: string, role: string, log: Logger): Promise<RunnerIdentity> {
  const id = newId()
  const host = hostname()
  const lockKey = lockKeyOf(id)
  const stopped = new AbortController()
  let workerPoolId: string | null = null
  let beatAtMs = 0
  let registered = () => {}
  let failed: (error: unknown) => void = () => {}
  const first = new Promise<void>((resolve, reject) => {
    registered = resolve
    failed = reject
  })

  async function hold(client: pg.Client): Promise<void> {
    const lost = new Promise<never>((_, reject) => {
      client.on('error', reject)
      client.on('end', () => reject(new Error('The runner connection ended.')))
    })
    lost.catch(() => {})
    await client.connect()
    await client.query('select pg_advisory_lock($1)', [lockKey])
    for (;;) {
      await Promise.race([
        lost,
        client.query(
          `insert into ensue.runner (id, lock_key, worker_pool_id, role, host, pid, heartbeat_at)
           values ($1, $2, $3, $4, $5, $6, clock_timestamp())
           on conflict (id) do update set heartbeat_at = excluded.heartbeat_at, worker_pool_id = excluded.worker_pool_id`,
          [id, lockKey, workerPoolId, role, host, process.pid],
        ),
      ])
      beatAtMs = performance.now()
      registered()
      await Promise.race([lost, sleep(HEARTBEAT_MS, undefined, { signal: stopped.signal })])
    }
  }

  const loop = (async () => {
    let tries = 0
    while (!stopped.signal.aborted) {
      const client = new pg.Client({ ...connectionConfig(connectionString), query_timeout: 8_000 })
      try {
        await hold(client)
      } catch (error) {
        if (stopped.signal.aborted) {
          await client.query('delete from ensue.runner where id = $1', [id]).catch(() => {})
        } else {
          if (beatAtMs === 0 && ++tries >= 3) failed(error)
          log.warn({ err: error }, 'the runner lost its database connection')
          await sleep(500, undefined, { signal: stopped.signal }).catch(() => {})
        }
      } finally {
        await client.end().catch(() => {})
      }
    }
  })()
  await first
  return {
    id,
    host,
    alive: () => performance.now() - beatAtMs < 3 * HEARTBEAT_MS,
    setWorkerPool(pool) {
      workerPoolId = pool
    },
    async stop() {
      stopped.abort()
      await loop
    },
  }
}
