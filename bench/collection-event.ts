import type pg from 'pg'
import type { Client } from './client.ts'
import { load, median } from './load.ts'

const ROUNDS = 7

/** What a collection event adds to a write: creates with the listening workflow switched on and off in alternation, medians of the rounds.
 *  @param settle waits until the server is idle again */
export async function compareCollectionEvent(
  client: Client,
  pool: pg.Pool,
  seconds: number,
  settle: () => Promise<unknown>,
): Promise<{ connections: number; on: number; off: number; added: number }[]> {
  const url = `${client.url}/api/bench_watched:create`
  const body = (index: number) => JSON.stringify({ ref: `r${index}`, amount: index % 1000 })
  const compared = []
  for (const connections of [1, 16]) {
    const rates = { on: [] as number[], off: [] as number[] }
    for (let round = 0; round < ROUNDS; round++)
      // The order changes from round to round, so that neither is always the one that finds more dead rows.
      for (const side of round % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
        await client.call('workflows:enable', { key: 'bench-watch', enabled: side === 'on' })
        await load({ url, connections, requests: 200, headers: client.headers, body })
        const result = await load({ url, connections, seconds: seconds / ROUNDS, headers: client.headers, body })
        if (result.errors > 0) throw new Error(`${result.errors} creates failed.`)
        rates[side].push(result.perSecond)
        await settle()
        await pool.query('truncate data.bench_watched')
      }
    const [on, off] = [median(rates.on), median(rates.off)]
    compared.push({ connections, on, off, added: off / on - 1 })
  }
  return compared
}
