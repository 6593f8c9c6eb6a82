import { cloneTemplate } from '@ensue/db/testing/cluster'
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { eventually, startServer } from '../start-server.ts'

const KEYS = ['a', 'b', 'c']
const EVENTS_PER_KEY = 20

it('handles the events of a key one after the other, through waits and kill -9 of one of two servers', async () => {
  const DATABASE_URL = await cloneTemplate(inject('adminUrl'), `ordering_${process.pid}`)
  const servers = []
  for (let n = 0; n < 2; n++) {
    const server = await startServer({ DATABASE_URL })
    onTestFinished(async () => void (await server.stop()))
    servers.push(server)
  }
  const [killed, survivor] = servers as [(typeof servers)[0], (typeof servers)[0]]
  const ensue = await survivor.signIn()
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
  onTestFinished(() => pool.end())
  await ensue.collections.create({
    name: 'steps',
    fields: [
      { name: 'key', type: 'string' },
      { name: 'n', type: 'integer' },
      { name: 'step', type: 'string' },
    ],
  })
  const note = (step: string) => ({
    key: step,
    type: 'record.create',
    config: { collection: 'steps', values: { key: '{{$param.key}}', n: '{{$param.n}}', step } },
  })
  const definition = {
    trigger: { type: 'event', config: { events: ['moved'] } },
    nodes: [note('begun'), { key: 'pause', type: 'delay', config: { durationMs: 50 } }, note('ended')],
  }
  await ensue.workflows.create({ key: 'mover', title: 'Mover', definition })
  await ensue.workflows.deploy('mover')
  await ensue.workflows.enable('mover')

  for (let n = 0; n < EVENTS_PER_KEY; n++)
    await Promise.all(KEYS.map((key) => ensue.events.emit('moved', { key, n }, { orderingKey: key })))
  const count = async () => (await pool.query<{ n: number }>('select count(*)::int as n from data.steps')).rows[0]!.n
  await eventually(count, (n) => n > 20)
  await killed.kill()
  await eventually(count, (n) => n === KEYS.length * EVENTS_PER_KEY * 2, 60_000)

  const { rows } = await pool.query<{ key: string; n: number; step: string }>(
    'select key, n, step from data.steps order by id',
  )
  const inOrder = Array.from({ length: EVENTS_PER_KEY }, (_, n) => [`${n} begun`, `${n} ended`]).flat()
  for (const key of KEYS)
    expect(rows.filter((row) => row.key === key).map(({ n, step }) => `${n} ${step}`)).toEqual(inOrder)
  // The keys ran side by side: none waited for all of another.
  expect(new Set(rows.slice(0, 12).map(({ key }) => key)).size).toBe(KEYS.length)
}, 120_000)
