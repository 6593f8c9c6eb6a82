import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { dumpDatabase } from '../testing/dump-database.ts'

const CANARY = 'canary+8c1/d "e" 4471'
const SPELLINGS = [
  CANARY,
  encodeURIComponent(CANARY),
  new URLSearchParams({ v: CANARY }).toString().slice(2),
  btoa(CANARY),
  btoa(`x${CANARY}`),
  JSON.stringify(CANARY).slice(1, -1),
  JSON.stringify(JSON.stringify(CANARY)),
  Buffer.from(CANARY).toString('base64url'),
]
const TRACES = [/canary[+%]/i, /8c1(\/|%2f)d/i, /Y2FuYXJ5/, /NhbmFye/, /jYW5hcn/]

const lines: string[] = []
let test: TestApp

async function deploy(key: string, definition: object, deployed = true): Promise<void> {
  const steps: [string, object][] = [
    ['create', { key, title: key, definition }],
    ['deploy', { key }],
    ['enable', { key, enabled: true }],
  ]
  for (const [verb, body] of deployed ? steps : steps.slice(0, 1)) {
    const reply = await test.call(`/api/workflows:${verb}`, { body })
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
  }
}

beforeAll(async () => {
  test = await createTestApp({ LOG_LEVEL: 'trace' }, undefined, { write: (line) => void lines.push(line) })
  await test.call('/api/secrets:set', { body: { name: 'TOKEN', value: CANARY } })
})
afterAll(() => test.stop())

it('is not in what people are told, in keys, tasks or streams, however it is spelled', async () => {
  const said = '{{$context.data.said}}'
  const title = 'kept {{$context.data.said[0]}}'
  const notify = {
    key: 'tell',
    type: 'notify',
    config: { roles: ['admin'], title, text: `${said}`, link: '/x?a={{$context.data.said[1]}}' },
  }
  const fail = { key: 'stop', type: 'end', config: { status: 'failure', message: `kept ${said}` } }
  await deploy('sync', { sync: true, trigger: { type: 'webhook', config: {} }, nodes: [notify, fail] })
  await deploy('async', {
    trigger: { type: 'webhook', config: { dedupe: { header: 'x-delivery' } } },
    nodes: [notify],
    options: { label: said, concurrency: { max: 2, key: '{{$context.data.said[0]}}' } },
  })
  const review = { key: 'ask', type: 'review', config: { title, description: said, assignees: { roles: ['admin'] } } }
  await deploy(
    'tried',
    {
      trigger: { type: 'event', config: { events: ['said'] } },
      nodes: [{ ...notify, config: { ...notify.config, text: '{{$param.said}}', title: 'kept', link: '/' } }, review],
    },
    false,
  )
  await test.call('/api/collections:create', { body: { name: 'orders', fields: [{ name: 'title', type: 'string' }] } })
  await deploy('acts', { trigger: { type: 'manual', config: { records: 'none' } }, nodes: [] })
  await deploy('called', { trigger: { type: 'call', config: {} }, nodes: [] })
  await deploy('hears', {
    trigger: { type: 'event', config: { events: ['said', 'system.task.decided'] } },
    nodes: [{ key: 'v', type: 'set', config: { values: { a: '{{$param}}' } } }],
  })

  const replies = []
  const query = `?q=${encodeURIComponent(CANARY)}`
  for (const key of ['sync', 'async'])
    for (const headers of [{ 'x-delivery': CANARY }, { 'x-delivery': CANARY }])
      replies.push(await test.call(`/api/webhooks/${key}${query}`, { headers, body: { said: SPELLINGS, [CANARY]: 1 } }))
  expect(replies.map(({ headers }) => headers.get('ensue-duplicate'))).toEqual([null, null, null, 'true'])
  for (const [path, body] of [
    ['workflows:run', { key: 'called', idempotencyKey: CANARY }],
    [`workflows:trigger?triggerWorkflows=acts&idempotencyKey=${encodeURIComponent(CANARY)}`, {}],
  ] as const) {
    const [first, second] = [await test.call(`/api/${path}`, { body }), await test.call(`/api/${path}`, { body })]
    expect([first.status, second.status]).toEqual([200, 200])
    const idOf = ({ body: { data, triggered } }: typeof first) => data?.executionId ?? triggered[0].executionId
    expect(idOf(first)).toBe(idOf(second))
    replies.push(first, second)
  }
  const key = encodeURIComponent(`k-${CANARY}`)
  replies.push(
    await test.call(`/api/events/said?orderingKey=${key}&idempotencyKey=${key}`, { body: { said: SPELLINGS } }),
  )
  const again = await test.call(`/api/events/said?idempotencyKey=${key}`, { body: { said: 'other' } })
  expect(again.body.data.id).toBe(replies.at(-1)!.body.data.id)
  const context = { param: { said: SPELLINGS }, data: { said: SPELLINGS } }
  replies.push(await test.call('/api/workflows:debug', { body: { key: 'tried', context } }))
  const { executionId } = replies.at(-1)!.body.data
  await expect.poll(async () => (await test.call('/api/tasks:list')).body.data.length).toBe(1)
  const [task] = (await test.call('/api/tasks:list')).body.data
  replies.push(task, await test.call('/api/notifications:list'))
  const decided = { id: task.id, decision: 'approve', comment: `kept ${CANARY}`, values: { said: SPELLINGS } }
  replies.push(await test.call('/api/tasks:decide', { body: decided }))
  const stream = await test.http.request(
    `/trpc/executions.watch?input=${encodeURIComponent(JSON.stringify({ id: executionId }))}`,
    {
      headers: { authorization: `Bearer ${test.token}`, accept: 'text/event-stream' },
    },
  )
  replies.push(await stream.text())
  for (const path of ['executions:list', 'events:list', 'audit:list', 'webhooks:deliveries', 'tasks:list'])
    replies.push(await test.call(`/api/${path}`, path.startsWith('webhooks') ? { body: { workflow: 'sync' } } : {}))
  await expect
    .poll(async () =>
      (await test.call('/api/executions:list')).body.data.every(
        ({ finishedAt }: { finishedAt: unknown }) => finishedAt,
      ),
    )
    .toBe(true)

  const traces = (text: string) =>
    TRACES.flatMap((trace) =>
      [...text.matchAll(new RegExp(trace, `g${trace.flags}`))].map((found) =>
        text.slice(Math.max(0, found.index - 60), found.index + 40),
      ),
    )
  const [stored, shown] = [await dumpDatabase(test.app), JSON.stringify(replies)]
  for (const text of [stored, shown]) expect(text).toContain('kept [masked]')
  expect(shown).toContain('event: ')
  expect({ replies: traces(shown), database: traces(stored), log: traces(lines.join('')) }).toEqual({
    replies: [],
    database: [],
    log: [],
  })
})

it('of a debug run that is decided starts nobody who listens to decisions', async () => {
  const heard = (await test.call('/api/events:list')).body.data.map(({ name }: { name: string }) => name)
  expect(heard).toEqual(['said'])
})
