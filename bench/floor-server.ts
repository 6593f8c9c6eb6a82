// The yardstick: Hono, JSON parsed, one INSERT per request by a named statement, a pool of 10. Started by main.ts as a process of its own.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
await pool.query('create schema if not exists bench')
await pool.query(
  'create table if not exists bench.floor (id bigint generated always as identity primary key, body jsonb not null)',
)

const app = new Hono()
app.post('/', async (c) => {
  const body = await c.req.json<{ amount: number }>()
  await pool.query({
    name: 'floor',
    text: 'insert into bench.floor (body) values ($1::jsonb)',
    values: [JSON.stringify(body)],
  })
  return c.json({ approved: body.amount > 500 })
})

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`floor at http://127.0.0.1:${port}\n`)
})
