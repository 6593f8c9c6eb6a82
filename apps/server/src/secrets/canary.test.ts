import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { dumpDatabase } from '../testing/dump-database.ts'

// In lower case and without signs, so that it survives in a host name as well.
const CANARY = 'canary5f0c2e9ab71d'
const PASSWORD = 'canary+pass/"word" 77'
// As a body of bytes is shown by PostgreSQL.
const HEX = [CANARY, 'canary+pass'].map((text) => Buffer.from(text).toString('hex'))
const FORMS = [
  ...HEX,
  CANARY,
  'canary+pass',
  'canary%2Bpass',
  'canary%2bpass',
  btoa(CANARY),
  btoa(`me:${PASSWORD}`).slice(8, -4),
]

const lines: string[] = []
const received: string[] = []
let test: TestApp
let server: Server
let url: string
let mailServer: SMTPServer

beforeAll(async () => {
  // Repeats all that it is sent, in the reply, a header and, at /fail, with an error.
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    received.push(JSON.stringify(request.headers) + body)
    response.writeHead(request.url?.startsWith('/fail') ? 400 : 200, {
      'content-type': 'application/json',
      'x-echo': request.headers.authorization ?? '',
    })
    response.end(JSON.stringify({ url: request.url, headers: request.headers, body }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  test = await createTestApp({ LOG_LEVEL: 'trace', EGRESS_ALLOW: '127.0.0.1' }, undefined, {
    write: (line) => void lines.push(line),
  })
  await test.call('/api/secrets:set', { body: { name: 'TOKEN', value: CANARY } })
  await test.call('/api/secrets:set', { body: { name: 'PASSWORD', value: PASSWORD } })
  mailServer = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ password }, _, done) {
      received.push(String(password))
      done(new Error(`no ${password}`))
    },
  })
  mailServer.listen(0, '127.0.0.1')
  await once(mailServer.server, 'listening')
  const { port } = mailServer.server.address() as AddressInfo
  const value = { host: '127.0.0.1', port, username: 'me', password: CANARY, requireTls: false, from: 'me@example.com' }
  await test.call('/api/secrets:set', { body: { name: 'MAIL', kind: 'smtp', value } })
})
afterAll(async () => {
  await test.stop()
  server.close()
  await new Promise<void>((resolve) => mailServer.close(() => resolve()))
})

async function deploy(key: string, trigger: object, nodes: object[], sync = true): Promise<void> {
  const definition = { sync, trigger, nodes, options: {} }
  const steps: [string, object][] = [
    ['create', { key, title: key, definition }],
    ['deploy', { key }],
    ['enable', { key, enabled: true }],
  ]
  for (const [verb, body] of steps) {
    const reply = await test.call(`/api/workflows:${verb}`, { body })
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
  }
}

const leaks = (text: string) => FORMS.filter((form) => text.includes(form))

const sendTo = (path: string) => ({
  key: 'send',
  type: 'http',
  config: {
    method: 'POST',
    url: url + path,
    query: { token: '{{$secrets.TOKEN}}', password: '{{$secrets.PASSWORD}}' },
    headers: { Authorization: 'Bearer {{$secrets.TOKEN}}', 'X-Other': '{{$context.data.name}}' },
    body: { type: 'json', value: { password: '{{$secrets.PASSWORD}}', plain: 'kept' } },
  },
})

it('is neither in the database, nor in the log, nor in a reply', async () => {
  await test.call('/api/collections:create', { body: { name: 'answers', fields: [{ name: 'text', type: 'text' }] } })
  const webhook = { type: 'webhook', config: {} }
  await deploy('echo', webhook, [
    sendTo('/echo'),
    { key: 'keep', type: 'record.create', config: { collection: 'answers', values: { text: '{{$nodes.send}}' } } },
    { key: 'tell', type: 'event.emit', config: { name: 'answered', params: { answer: '{{$nodes.send}}' } } },
    { key: 'reply', type: 'response', config: { body: '{{$nodes.send}}' } },
  ])
  const call = { type: 'call', config: {} }
  await deploy('refused', call, [sendTo('/fail')])
  await deploy('unknown-host', call, [
    { key: 'a', type: 'http', config: { url: 'http://{{$secrets.TOKEN}}.invalid/{{$secrets.PASSWORD}}' } },
  ])
  // A mail server that tells in its refusal which password it was given.
  await deploy('mail', call, [
    { key: 'a', type: 'email', config: { credential: 'MAIL', to: 'ada@example.com', subject: 'kept', text: 'Hi' } },
  ])
  await deploy('bad-url', call, [{ key: 'a', type: 'http', config: { url: 'ftp://{{$secrets.TOKEN}}' } }])
  await deploy('bad-header', call, [
    { key: 'a', type: 'http', config: { url, headers: { 'X-A': '{{$secrets.TOKEN & "\n"}}' } } },
  ])

  const replies = [
    await test.call(`/api/webhooks/echo?token=${CANARY}&p=${encodeURIComponent(PASSWORD)}`, {
      body: { name: 'Ada', token: CANARY, password: PASSWORD },
      headers: { 'x-token': CANARY, authorization: `Bearer ${CANARY}` },
    }),
    // Refused, and kept in the inbox as well.
    await test.call(`/api/webhooks/echo?token=${CANARY}`, { method: 'DELETE', body: { password: PASSWORD } }),
  ]
  await test.app.deliveries.flush()
  replies.push(await test.call('/api/webhooks:deliveries', { body: { workflow: 'echo' } }))
  expect(replies.at(-1)!.body.data).toHaveLength(2)
  for (const { id } of replies.at(-1)!.body.data)
    replies.push(await test.call('/api/webhooks:delivery', { body: { id } }))
  for (const key of ['refused', 'mail', 'unknown-host', 'bad-url', 'bad-header'])
    replies.push(await test.call('/api/workflows:run', { body: { key, input: { name: 'Ada' }, wait: true } }))
  replies.push(await test.call('/api/executions:list'))
  for (const { id } of replies.at(-1)!.body.data) replies.push(await test.call(`/api/executions:get/${id}`))
  test.app.log.error({ err: new Error(`no ${PASSWORD}`), token: CANARY }, `failed with ${CANARY}`)

  // The secrets have been sent, and what came back was used.
  expect(received).toHaveLength(3)
  for (const text of received) expect(text).toContain(CANARY)
  const shown = JSON.stringify(replies)
  const stored = await dumpDatabase(test.app)
  for (const text of [shown, stored]) for (const word of ['[masked]', 'kept', 'Ada']) expect(text).toContain(word)
  expect(stored).toContain('answers')
  expect(shown).toContain('535 no [masked]')

  expect({ replies: leaks(shown), database: leaks(stored), log: leaks(lines.join('')) }).toEqual({
    replies: [],
    database: [],
    log: [],
  })
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
})
