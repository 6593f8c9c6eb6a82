import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { type VerifiedWebhook, verifyWebhook } from '@ensue/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { eventually, freePort, startServer, type TestServer } from '../start-server.ts'

const run = promisify(execFile)
const SECRETS = {
  GITHUB: 'a secret of some length',
  STRIPE: 'whsec_test_secret_of_an_endpoint',
  PARTNER: 'the secret of a partner',
}
const SIGNING_KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

let server: TestServer
let client: Awaited<ReturnType<TestServer['signIn']>>
let receiver: Server
const received: Promise<VerifiedWebhook<unknown>>[] = []

async function verified(request: IncomingMessage): Promise<VerifiedWebhook<unknown>> {
  const body = Buffer.concat(await request.toArray())
  return verifyWebhook(body, request.headers, SIGNING_KEY)
}

async function deploy(key: string, config: object, nodes: object[] = []): Promise<void> {
  const definition = { sync: false, trigger: { type: 'webhook', config }, nodes, options: {} }
  await client.workflows.create({ key, title: key, definition: definition as never })
  await client.workflows.deploy(key)
  await client.workflows.enable(key)
}

beforeAll(async () => {
  const port = await freePort()
  receiver = createServer((request, response) => {
    received.push(verified(request))
    response.end('{}')
  }).listen(port, '127.0.0.1')
  server = await startServer({
    DATABASE_URL: await cloneTemplate(inject('adminUrl'), `signed_${process.pid}`),
    EGRESS_ALLOW: `127.0.0.1:${port}`,
  })
  client = await server.signIn()
  for (const [name, value] of Object.entries({ ...SECRETS, SIGNING_KEY })) await client.secrets.set({ name, value })
  await deploy('github', { signature: { preset: 'github', secrets: ['{{$secrets.GITHUB}}'] } })
  await deploy('stripe', { signature: { preset: 'stripe', secrets: ['{{$secrets.STRIPE}}'] } })
  await deploy(
    'partner',
    {
      signature: {
        preset: 'hmac',
        header: 'X-Signature',
        prefix: 'sha256=',
        signed: '{timestamp}.{body}',
        timestampHeader: 'X-Timestamp',
        secrets: ['{{$secrets.PARTNER}}'],
      },
    },
    [
      {
        key: 'tell',
        type: 'http',
        config: {
          method: 'POST',
          url: `http://127.0.0.1:${port}/hook`,
          body: { type: 'json', value: { order: '{{$body.order}}' } },
          sign: { secret: '{{$secrets.SIGNING_KEY}}' },
        },
      },
    ],
  )
})
afterAll(async () => {
  receiver?.close()
  await server?.stop()
})

/** The examples of the page, which print the status of the answer. */
async function examples(): Promise<string[]> {
  const page = await readFile(path.resolve(import.meta.dirname, '../../docs/signatures.md'), 'utf8')
  return [...page.matchAll(/```bash\n(.*?)```/gs)].map(([, code = '']) => code)
}

async function statusOf(code: string, secrets: Record<string, string>): Promise<string> {
  const env = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`${name}_SECRET`, value]))
  const { stdout } = await run('bash', ['-euc', code], { env: { ...process.env, ...env, ENSUE_URL: server.url } })
  return stdout.trim()
}

describe('the examples of docs/signatures.md', () => {
  it('are accepted with the secret, and refused with another', async () => {
    const found = await examples()
    expect(found).toHaveLength(3)
    const others = Object.fromEntries(Object.keys(SECRETS).map((name) => [name, 'another secret']))
    for (const code of found)
      expect([await statusOf(code, others), await statusOf(code, SECRETS)]).toEqual(['401', '200'])
  })
})

describe('a request that a workflow signs', () => {
  it('is verified by the SDK', async () => {
    const partner = (await examples()).find((code) => code.includes('/partner')) ?? ''
    const before = received.length
    expect(await statusOf(partner, SECRETS)).toBe('200')
    const messages = await eventually(
      async () => received.slice(before),
      ({ length }) => length > 0,
    )
    expect(await messages[0]).toEqual({
      id: expect.stringMatching(/^\S+$/),
      timestamp: expect.any(Date),
      payload: { order: 7 },
    })
  })
})
