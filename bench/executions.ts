import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { load, percentiles } from './load.ts'
import { addRatio, rows } from './report.ts'

/** Orders, every other one of which is over the limit. */
export const body = (index: number) => JSON.stringify({ ref: `r${index}`, amount: index % 2 === 0 ? 700 : 300 })

/** Waits until no execution is unfinished; answers how long that took. */
export async function drain(pool: pg.Pool): Promise<number> {
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
export async function sustained(
  what: string,
  url: string,
  headers: Record<string, string>,
  pool: pg.Pool,
  seconds: number,
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
export async function paced(
  what: string,
  send: (ref: string) => Promise<unknown>,
  pool: pg.Pool,
  seconds: number,
): Promise<void> {
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
