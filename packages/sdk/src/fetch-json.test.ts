import { describe, expect, it } from 'vitest'
import { backoffMs, fetchJson, retryAfterMs } from './fetch-json.ts'
import { away, type FakeFetch, fakeFetch, lost, silence } from './testing/fake-fetch.ts'

const ok = () => Response.json({ fine: true })
const get = ({ fetch }: FakeFetch, tries = 3, timeoutMs = 5_000, signal?: AbortSignal) =>
  fetchJson('http://server/x', signal ? { signal } : {}, { send: fetch, timeoutMs, tries })

describe('fetchJson', () => {
  it('tries again after a lost connection and after a 503', async () => {
    const fake = fakeFetch(lost, away(), ok)
    expect(await get(fake)).toEqual({ status: 200, ok: true, body: { fine: true } })
    expect(fake.sent).toHaveLength(3)
  })

  it('tries again when the connection is lost within the body', async () => {
    const cut = () => new Response(new ReadableStream({ start: (body) => body.error(new TypeError('terminated')) }))
    const fake = fakeFetch(cut, ok)
    expect(await get(fake)).toMatchObject({ ok: true })
  })

  it('gives up after its tries', async () => {
    const fake = fakeFetch(lost)
    await expect(get(fake, 2)).rejects.toMatchObject({ code: 'network', status: 0 })
    expect(fake.sent).toHaveLength(2)
  })

  it('does not wait for a Retry-After beyond its time', async () => {
    const fake = fakeFetch(away('60'))
    expect(await get(fake, 3, 1_000)).toMatchObject({ status: 503 })
    expect(fake.sent).toHaveLength(1)
  })

  it('ends with `timeout` when no answer comes', async () => {
    await expect(get(fakeFetch(silence), 3, 20)).rejects.toMatchObject({ code: 'timeout' })
  })

  it('ends with `aborted` at once, while waiting for an answer and between tries', async () => {
    for (const answer of [silence, away('4')]) {
      const stop = new AbortController()
      const call = get(fakeFetch(answer), 3, 5_000, stop.signal)
      setTimeout(() => stop.abort(), 5)
      const before = performance.now()
      await expect(call).rejects.toMatchObject({ name: 'EnsueError', code: 'aborted' })
      expect(performance.now() - before).toBeLessThan(1_000)
    }
  })

  it("calls the end of the caller's own time a timeout", async () => {
    await expect(get(fakeFetch(silence), 1, 5_000, AbortSignal.timeout(5))).rejects.toMatchObject({ code: 'timeout' })
  })

  it('says by its status what answered without JSON', async () => {
    const page = (status: number) => fakeFetch(() => new Response('<html>', { status }))
    await expect(get(page(502), 1)).rejects.toMatchObject({ code: 'unavailable', status: 502 })
    await expect(get(page(200), 1)).rejects.toMatchObject({ code: 'internal', status: 200 })
  })
})

describe('the pause between tries', () => {
  it('doubles up to 5 s, with jitter', () => {
    for (const [attempt, ms] of [
      [1, 200],
      [2, 400],
      [9, 5_000],
    ] as const) {
      expect(backoffMs(attempt)).toBeGreaterThanOrEqual(ms / 2)
      expect(backoffMs(attempt)).toBeLessThan(ms * 1.5)
    }
  })

  it('is what Retry-After says, in seconds or as a date', () => {
    const after = (value: string) => retryAfterMs(new Response(null, { headers: { 'retry-after': value } }))
    expect(after('2')).toBe(2_000)
    expect(after(new Date(Date.now() - 60_000).toUTCString())).toBe(0)
    expect(after(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(57_000)
    expect(after('soon')).toBeUndefined()
    expect(retryAfterMs(new Response())).toBeUndefined()
  })
})
