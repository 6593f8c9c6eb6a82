import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { JsonObject } from '@ensue/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

const SIGNING_KEY = Buffer.from('a signing key of 32 bytes length')
const TOKEN = 'token-that-nobody-sees'

let test: TestApp
let server: Server
let port: number
let seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = []
let failures = 0
let workflows = 0

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ url: request.url!, headers: request.headers, body })
    if (failures > 0) {
      failures -= 1
      response.writeHead(503, { 'retry-after': '0' }).end(`not now, ${request.headers.authorization}`)
    } else response.writeHead(200, { 'content-type': 'application/json' }).end('{"deployed":true}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as { port: number }).port
  test = await createTestApp({ EGRESS_ALLOW: `localhost:${port}` })
  await test.call('/api/secrets:set', {
    body: { name: 'DEPLOY', kind: 'http', value: { type: 'bearer', token: TOKEN } },
  })
  await test.call('/api/secrets:set', { body: { name: 'KEY', value: `whsec_${SIGNING_KEY.toString('base64')}` } })
})
afterAll(async () => {
  await test.stop()
  server.close()
})
beforeEach(() => {
  seen = []
  failures = 0
})

/** Runs a workflow of one http node to its end. */
async function run(config: JsonObject, input: object = {}, more: object = {}) {
  workflows += 1
  const key = `call-${workflows}`
  await deployWorkflow(
    test.app,
    key,
    { type: 'call', config: {} },
    { nodes: [{ key: 'call', type: 'http', config, ...more }] },
  )
  const { body } = await test.call('/api/workflows:run', { body: { key, input } })
  const id = body.data.executionId
  const get = async () => (await test.call(`/api/executions/${id}`)).body.data
  await expect.poll(async () => (await get()).finishedAt, { timeout: 10_000 }).toBeTruthy()
  return get()
}

describe('the http node', () => {
  it('sends its credential, which no record of the run holds', async () => {
    failures = 1
    const url = `http://localhost:${port}/deploy/{{$context.data.branch}}`
    const execution = await run(
      { method: 'POST', url, credential: 'DEPLOY' },
      { branch: 'feat/a' },
      { retry: { maxAttempts: 2, delayMs: 1 } },
    )
    expect(execution).toMatchObject({
      status: 'succeeded',
      nodeRuns: [{ attempt: 2, output: { body: { deployed: true } } }],
    })
    expect(seen.map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
      ['/deploy/feat%2Fa', `Bearer ${TOKEN}`],
      ['/deploy/feat%2Fa', `Bearer ${TOKEN}`],
    ])
    expect(JSON.stringify(execution)).toContain('not now')
    expect(JSON.stringify(execution)).not.toContain(TOKEN)
  })

  it('signs each attempt after Standard Webhooks, under one id', async () => {
    failures = 1
    const execution = await run(
      {
        method: 'POST',
        url: `http://localhost:${port}/hook`,
        body: { type: 'json', value: { paid: '{{$context.data.amount}}' } },
        sign: { secret: '{{$secrets.KEY}}' },
      },
      { amount: 80 },
      { retry: { maxAttempts: 2, delayMs: 1 } },
    )
    expect(execution.status).toBe('succeeded')
    expect(new Set(seen.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`${execution.id}-call`]))
    expect(seen).toHaveLength(2)
    for (const { headers, body } of seen) {
      expect(body).toBe('{"paid":80}')
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      const mac = createHmac('sha256', SIGNING_KEY).update(signed).digest('base64')
      expect(headers['webhook-signature']).toBe(`v1,${mac}`)
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(30)
    }
  })

  it('fails on a signing secret that is none, without saying it', async () => {
    const execution = await run({
      method: 'POST',
      url: `http://localhost:${port}/`,
      sign: { secret: 'whsec_dG9vIHNob3J0' },
    })
    expect(execution.error).toMatchObject({ code: 'http_bad_request', path: 'sign.secret' })
    expect(execution.error.message).not.toContain('dG9v')
    expect(seen).toEqual([])
  })

  it('does what the documentation shows', async () => {
    const page = readFileSync(new URL('../../../../docs/http-requests.md', import.meta.url), 'utf8')
    const nodes = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json]) =>
      JSON.parse(
        json!.replaceAll(/https:\/\/\w+\.example\.com/g, `http://localhost:${port}`).replace('PARTNER_KEY', 'KEY'),
      ),
    )
    const data = { service: 'web/1', pusher: 'ann', commit: 'c0ffee', number: 7 }
    for (const { config, retry } of nodes)
      expect(await run(config, data, { retry })).toMatchObject({ status: 'succeeded' })
    expect(seen).toMatchObject([
      {
        url: '/services/web%2F1/deploys?dryRun=false',
        headers: { 'x-reason': 'push by ann' },
        body: expect.stringContaining('"commit":"c0ffee"'),
      },
      {
        url: '/upload',
        body: expect.stringContaining(
          'name="file"; filename="invoice.txt"\r\nContent-Type: text/plain\r\n\r\nTotal: 80',
        ),
      },
      { url: '/hooks/orders', headers: { 'webhook-signature': expect.stringMatching(/^v1,/) } },
    ])
  })

  it.each([
    ['http://127.0.0.1:{port}/', {}],
    ['http://169.254.169.254/latest/meta-data/', {}],
    ['{{$context.data.url}}', { url: 'http://[::ffff:7f00:1]:{port}/' }],
  ])('is refused where EGRESS_ALLOW does not lead: %s', async (url, input) => {
    const withPort = (value: object) => JSON.parse(JSON.stringify(value).replace('{port}', String(port)))
    const execution = await run(withPort({ url }), withPort(input), { retry: { maxAttempts: 3, delayMs: 1 } })
    expect(execution).toMatchObject({
      status: 'failed',
      error: { code: 'egress_refused', message: expect.stringContaining('EGRESS_ALLOW') },
      nodeRuns: [{ path: 'call', status: 'failed' }],
    })
    expect(seen).toEqual([])
  })
})
