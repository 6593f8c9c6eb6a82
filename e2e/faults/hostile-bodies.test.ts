import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { exchange, request } from '../raw-http.ts'
import { eventually, startServer, type TestServer } from '../start-server.ts'
import { deployWebhook } from '../webhooks.ts'

const MIB = 1_048_576
const JSON_TYPE = { 'Content-Type': 'application/json' }
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const MULTIPART = { 'Content-Type': 'multipart/form-data; boundary=b' }
const XML = { 'Content-Type': 'application/xml' }
const run = promisify(execFile)
let server: TestServer
let ensue: Awaited<ReturnType<TestServer['signIn']>>

beforeAll(async () => {
  server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `bodies_${process.pid}`) })
  ensue = await server.signIn()
  const answer = (body: string) => [{ key: 'answer', type: 'response', config: { body } }]
  await deployWebhook(ensue, 'echo', { sync: true, nodes: answer('{{$body}}') })
  await deployWebhook(ensue, 'query', { config: { methods: ['GET'] }, sync: true, nodes: answer('{{$query}}') })
  await deployWebhook(ensue, 'async')
})
afterAll(() => server?.stop())

const post = (headers: Record<string, string>, body: string | Buffer, key = 'echo') =>
  exchange(server.url, request(`POST /api/webhooks/${key}`, headers, body), 30_000)
/** Megabytes of memory that the server holds. */
async function rss(): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(server.process.pid)])
  return Number(stdout) / 1_024
}
/** The most that it holds in the course of it. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  let peak = await rss()
  let isOver = false
  const watch = (async () => {
    while (!isOver) peak = Math.max(peak, await rss())
  })()
  await work()
  isOver = true
  await watch
  return peak
}
const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)

describe('a body that means harm', () => {
  it.each<[string, Record<string, string>, string | Buffer, number, string]>([
    ['JSON with U+0000 in it', JSON_TYPE, '{"a":"\0"}', 400, 'invalid_input'],
    ['JSON that is no UTF-8', JSON_TYPE, Buffer.from('{"\xff":1}', 'latin1'), 400, 'invalid_input'],
    ['JSON that is cut off', JSON_TYPE, '{"a":', 400, 'invalid_input'],
    ['lists of 100,000 levels', JSON_TYPE, nested('[', ']', 100_000), 400, 'invalid_input'],
    ['objects of 65 levels', JSON_TYPE, `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 400, 'invalid_input'],
    ['half a million zeros', JSON_TYPE, `[${'0,'.repeat(500_000)}0]`, 413, 'payload_too_large'],
    ['a form of 100,000 fields', FORM, 'a=1&'.repeat(100_000), 400, 'invalid_input'],
    ['a form of 70 levels', FORM, `a${'[b]'.repeat(70)}=1`, 400, 'invalid_input'],
    ['10,000 parts', MULTIPART, `${part('a', '1').repeat(10_000)}--b--`, 413, 'payload_too_large'],
    ['a part with a huge name', MULTIPART, `${part('a'.repeat(100_000), '1')}--b--`, 413, 'payload_too_large'],
    ['a part without end', MULTIPART, part('a', '1'), 400, 'invalid_input'],
    [
      'entities that multiply',
      XML,
      '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>',
      400,
      'invalid_input',
    ],
    ['a file as entity', XML, '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>', 400, 'invalid_input'],
    ['a foreign DTD', XML, '<!DOCTYPE l SYSTEM "http://127.0.0.1/x.dtd"><l/>', 400, 'invalid_input'],
    ['elements of 65 levels', XML, nested('<a>', '</a>', 66), 400, 'invalid_input'],
    ['a text encoded twice', { ...JSON_TYPE, 'Content-Encoding': 'gzip, gzip' }, '{}', 415, 'unsupported_media_type'],
    ['gzip that is none', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, '{}', 400, 'invalid_input'],
    ['an unknown charset', { 'Content-Type': 'text/plain; charset=utf-7' }, 'a', 415, 'unsupported_media_type'],
    ['a type that is none', { 'Content-Type': 'application/json, text/plain' }, '{}', 415, 'unsupported_media_type'],
  ])('is refused and recorded: %s', async (_, headers, body, status, code) => {
    const reply = await post({ ...headers, 'X-Request-Id': `req-${Math.random()}` }, body)
    expect(reply.status, reply.body).toBe(status)
    const { errors, requestId } = JSON.parse(reply.body)
    expect(errors).toEqual([expect.objectContaining({ code, message: expect.stringMatching(/^[A-Z].+\.?$/s) })])
    expect(reply.body).not.toMatch(/node_modules|root:|at \w+ \(/)
    await eventually(
      () => ensue.webhooks.deliveries({ workflow: 'echo', outcome: 'rejected', limit: 20 }),
      ({ data }) => data.some((delivery) => delivery.status === status && delivery.reason === code),
    )
    expect(requestId).toBe(reply.headers['x-request-id'])
  })

  it.each<[string, Record<string, string>, string, unknown]>([
    [
      'JSON',
      JSON_TYPE,
      '{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}},"\\u005f_proto__":1,"b":1,"b":2}',
      { a: {}, b: 2 },
    ],
    [
      'form',
      FORM,
      '__proto__[polluted]=1&a[__proto__][polluted]=1&constructor[prototype][polluted]=1&ok=1',
      { a: {}, ok: '1' },
    ],
    ['form with broken escapes', FORM, 'a=%zz&b=%ff&%e0%a4=1', { a: '%zz', b: '%ff', '%e0%a4': '1' }],
    [
      'multipart',
      MULTIPART,
      `${part('__proto__[polluted]', '1')}${part('a[constructor][prototype][polluted]', '1')}${part('ok', '1')}--b--`,
      { a: {}, ok: '1' },
    ],
    [
      'XML',
      XML,
      '<a><__proto__><polluted>1</polluted></__proto__><constructor>1</constructor><b c="1">x</b></a>',
      { a: { b: { '@c': '1', '#text': 'x' } } },
    ],
  ])('is read without its prototype keys: %s', async (_, headers, body, expected) => {
    const reply = await post(headers, body)
    expect([reply.status, JSON.parse(reply.body)]).toEqual([200, expected])
    expect(JSON.parse((await post(JSON_TYPE, '{}')).body)).toEqual({})
  })

  it('has a query read like it', async () => {
    const target = '/api/webhooks/query?__proto__[polluted]=1&a[__proto__]=1&constructor.prototype.x=1&b=%zz&c=%00'
    const reply = await exchange(server.url, request(`GET ${target}`))
    expect(JSON.parse(reply.body)).toEqual({ a: {}, 'constructor.prototype.x': '1', b: '%zz', c: '\uFFFD' })
  })
})

describe('a small body that unpacks to a large one', () => {
  const zeros = Buffer.alloc(200 * MIB)
  it.each([
    ['gzip', gzipSync(zeros, { level: 1 })],
    ['deflate', deflateSync(zeros, { level: 1 })],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
  ])('costs no memory, 30 of them at once: %s', async (coding, packed) => {
    const before = await rss()
    const replies: number[] = []
    const peak = await peakOf(async () => {
      const all = Array.from({ length: 30 }, () => post({ ...JSON_TYPE, 'Content-Encoding': coding }, packed))
      for (const { status } of await Promise.all(all)) replies.push(status)
    })
    // One reads as many as fit into what all bodies under way may take.
    expect(replies.filter((status) => status !== 413 && status !== 503)).toEqual([])
    expect(replies).toContain(413)
    expect(peak - before).toBeLessThan(300)
  })

  it('within the limit costs what fits, 800 of them at once', async () => {
    const packed = gzipSync(JSON.stringify('x'.repeat(MIB - 10)))
    expect(packed.length).toBeLessThan(2_000)
    const before = await rss()
    const statuses = new Set<number>()
    const peak = await peakOf(async () => {
      const headers = { ...JSON_TYPE, 'Content-Encoding': 'gzip' }
      const all = Array.from({ length: 800 }, () => post(headers, packed, 'async'))
      for (const { status } of await Promise.all(all)) statuses.add(status)
    })
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(statuses).toContain(200)
    expect(peak - before).toBeLessThan(1_500)
    expect((await post(JSON_TYPE, '{"after":true}')).body).toBe('{"after":true}')
  })
})
