import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@ensue/engine'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

const PASSWORD = 'password-that-nobody-sees'
/** Every byte there is, so that a fault of the encoding shows. */
const BYTES = Buffer.from(Array.from({ length: 256 }, (_, n) => n))

let test: TestApp
let server: SMTPServer
let received: { source: string; to: string[]; user: string | undefined; secure: boolean }[] = []
/** What the mail server answers to the next messages instead of taking them. */
let refusals: number[] = []
let messages = 0
let workflows = 0

beforeAll(async () => {
  server = new SMTPServer({
    onAuth: ({ username, password }, _, done) =>
      password === PASSWORD ? done(null, { user: username ?? '' }) : done(new Error(`no ${password}`)),
    async onData(stream, session, done) {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      messages += 1
      const code = refusals.shift()
      const to = session.envelope.rcptTo.map(({ address }) => address)
      received.push({ source: String(Buffer.concat(chunks)), to, user: session.user, secure: session.secure })
      done(code === undefined ? null : Object.assign(new Error('not now'), { responseCode: code }))
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  test = await createTestApp()
  const value = { host: '127.0.0.1', port, username: 'shop', password: PASSWORD, from: 'Shop <shop@example.com>' }
  for (const [name, more] of [
    ['MAIL', {}],
    ['WRONG', { password: 'the-wrong-password' }],
    ['STRICT', { allowInvalidCertificate: false }],
  ] as const) {
    const body = { name, kind: 'smtp', value: { allowInvalidCertificate: true, ...value, ...more } }
    expect((await test.call('/api/secrets:set', { body })).status).toBe(200)
  }
})
afterAll(async () => {
  await test.stop()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})
beforeEach(() => {
  received = []
  refusals = []
  messages = 0
})

/** Runs a workflow of one email node to its end. */
async function run(config: JsonObject, input: JsonObject = {}) {
  const key = `mail-${++workflows}`
  const base = { credential: 'MAIL', to: 'ada@example.com', subject: 'Hello', text: 'Hi.' }
  const retry = { maxAttempts: 3, delayMs: 1, backoff: 'fixed' as const }
  const node = { key: 'send', type: 'email', config: { ...base, ...config }, retry }
  await deployWorkflow(test.app, key, { type: 'call', config: {} }, { nodes: [node] })
  const { body } = await test.call('/api/workflows:run', { body: { key, input } })
  const get = async () => (await test.call(`/api/executions/${body.data.executionId}`)).body.data
  await expect.poll(async () => (await get()).finishedAt, { timeout: 10_000 }).toBeTruthy()
  return get()
}
const headersOf = (source: string) => source.slice(0, source.indexOf('\r\n\r\n'))
const messageIdOf = (source: string) => /^Message-ID: (.*)\r$/im.exec(source)?.[1]

describe('the email node', () => {
  it('signs in over TLS and hands the message over, with its attachments byte for byte', async () => {
    const attachments = [{ name: 'all.bin', type: 'application/octet-stream', base64: '{{$context.input.bytes}}' }]
    const execution = await run(
      { html: '<p>{{$context.input.name}}</p>', attachments },
      { bytes: BYTES.toString('base64'), name: 'Zoë' },
    )
    expect(execution).toMatchObject({
      status: 'succeeded',
      nodeRuns: [{ attempt: 1, output: { accepted: ['ada@example.com'], rejected: [] } }],
    })
    expect(received).toMatchObject([{ to: ['ada@example.com'], user: 'shop', secure: true }])
    const { source } = received[0]!
    const encoded = source.slice(source.indexOf('filename=all.bin')).replaceAll('\r\n', '')
    expect(encoded).toContain(BYTES.toString('base64'))
    expect(messageIdOf(source)).toBe(execution.nodeRuns[0].output.messageId)
    expect(JSON.stringify(execution)).not.toContain(PASSWORD)
  })

  it('tries again what is refused for now, as the same message', async () => {
    refusals = [451, 421]
    const execution = await run({})
    expect(execution).toMatchObject({ status: 'succeeded', nodeRuns: [{ attempt: 3 }] })
    expect(new Set(received.map(({ source }) => messageIdOf(source)))).toEqual(
      new Set([`<${execution.id}-send@example.com>`]),
    )
    expect(messages).toBe(3)
  })

  it('does not try again what is refused for good', async () => {
    refusals = [550]
    expect(await run({})).toMatchObject({
      status: 'failed',
      error: { code: 'email_rejected', message: expect.stringContaining('answered 550 not now') },
      nodeRuns: [{ attempt: 1 }],
    })
    expect(messages).toBe(1)
  })

  it.each([
    ['WRONG', 'email_unauthorized', /535/],
    ['STRICT', 'email_failed', /certificate/],
  ])('fails with the credential %s, saying neither password nor message', async (credential, code, message) => {
    const execution = await run({ credential })
    expect(execution).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(message) } })
    expect(JSON.stringify(execution)).not.toMatch(/password-that|the-wrong-password/)
    expect(received).toEqual([])
  })

  it('keeps a text that would be a header where it belongs', async () => {
    const evil = 'x\r\nBcc: thief@example.com\r\n\r\n<script>'
    const execution = await run({ subject: 'For {{$context.input.evil}}', text: '{{$context.input.evil}}' }, { evil })
    expect(execution.status).toBe('succeeded')
    expect(received[0]!.to).toEqual(['ada@example.com'])
    expect(headersOf(received[0]!.source)).not.toMatch(/^Bcc:/im)
    for (const field of ['to', 'cc', 'bcc', 'replyTo', 'from'])
      expect(await run({ [field]: '{{$context.input.evil}}' }, { evil: `ada@example.com${evil}` })).toMatchObject({
        status: 'failed',
        error: {
          code: 'invalid_config',
          path: expect.stringContaining(field),
          message: expect.stringMatching(/^[\w.]+: An address looks like ada@example.com/),
        },
      })
    expect(messages).toBe(1)
  })
})
