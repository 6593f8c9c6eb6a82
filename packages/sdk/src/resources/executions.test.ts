import { describe, expect, it } from 'vitest'
import { createClient } from '../client.ts'
import { away, fakeFetch, lost, refusal, silence, stream } from '../testing/fake-fetch.ts'

const state = (status: string, id = status) => `data: ${JSON.stringify({ id: 'e1', status })}\nid: ${id}\n\n`
const connected = 'event: connected\ndata: {}\n\n'
const failure = (code: string, httpStatus: number) =>
  `event: serialized-error\ndata: ${JSON.stringify({
    message: 'No.',
    data: { code, httpStatus, path: 'id', items: [], details: {}, requestId: 'r1' },
  })}\n\n`

function clientOf(...answers: Parameters<typeof fakeFetch>) {
  const fake = fakeFetch(...answers)
  return { sent: fake.sent, ensue: createClient({ url: 'http://server', token: 't', fetch: fake.fetch }) }
}

async function statuses(watched: AsyncIterable<{ status: string }>) {
  return Array.fromAsync(watched, ({ status }) => status)
}

describe('executions.watch', () => {
  it('gives every state until the execution is over', async () => {
    const { ensue, sent } = clientOf(stream([connected, state('queued'), state('running'), state('succeeded')]))
    expect(await statuses(ensue.executions.watch('e1'))).toEqual(['queued', 'running', 'succeeded'])
    expect(sent).toMatchObject([
      { url: { pathname: '/trpc/executions.watch' }, input: { id: 'e1' }, headers: { authorization: 'Bearer t' } },
    ])
  })

  it('goes on by another connection when one is cut off, fails, or is closed by a server that stops', async () => {
    const { ensue, sent } = clientOf(
      stream([connected, state('queued'), 'data: {"status":"runn']),
      lost,
      away(),
      stream([connected, state('queued'), state('running'), 'event: return\ndata: \n\n']),
      stream([connected, failure('unavailable', 503)]),
      stream([connected, state('running'), state('succeeded')]),
    )
    expect(await statuses(ensue.executions.watch('e1'))).toEqual(['queued', 'running', 'succeeded'])
    expect(sent).toHaveLength(6)
  })

  it('ends with what the server refuses with, before or within the stream', async () => {
    for (const answer of [refusal(404, 'not_found', 'No.', 'id'), stream([connected, failure('not_found', 404)])]) {
      const { ensue, sent } = clientOf(answer)
      await expect(statuses(ensue.executions.watch('e1'))).rejects.toMatchObject({
        name: 'EnsueError',
        code: 'not_found',
        status: 404,
        path: 'id',
        requestId: 'r1',
      })
      expect(sent).toHaveLength(1)
    }
  })

  it('ends with `network` when the server stays away longer than the timeout', async () => {
    const fake = fakeFetch(lost)
    const ensue = createClient({ url: 'http://server', fetch: fake.fetch, timeoutMs: 400 })
    await expect(statuses(ensue.executions.watch('e1'))).rejects.toMatchObject({ code: 'network' })
    expect(fake.sent.length).toBeGreaterThan(1)
  })

  it('ends with `aborted` by the signal', async () => {
    const { ensue } = clientOf(stream([connected, state('running')], { open: true }))
    const stop = new AbortController()
    const seen: string[] = []
    const watching = async () => {
      for await (const { status } of ensue.executions.watch('e1', { signal: stop.signal })) {
        seen.push(status)
        stop.abort()
      }
    }
    await expect(watching()).rejects.toMatchObject({ code: 'aborted' })
    expect(seen).toEqual(['running'])
  })
})

describe('executions.wait', () => {
  it('gives the execution when it is over, or waits for somebody', async () => {
    const states = () => clientOf(stream([connected, state('queued'), state('waiting'), state('failed')])).ensue
    expect(await states().executions.wait('e1')).toMatchObject({ status: 'failed' })
    expect(await states().executions.wait('e1', { until: 'waiting' })).toMatchObject({ status: 'waiting' })
  })

  it('never gives a running execution for a finished one when the stream is cut off', async () => {
    const { ensue } = clientOf(stream([connected, state('running')]), stream([connected, state('succeeded')]))
    expect(await ensue.executions.wait('e1')).toMatchObject({ status: 'succeeded' })
  })

  it('says at its timeout what was seen last', async () => {
    const { ensue } = clientOf(stream([connected, state('waiting')], { open: true }))
    const waiting = ensue.executions.wait('e1', { timeoutMs: 30 })
    await expect(waiting).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('it is waiting') })
  })

  it("ends by the caller's signal", async () => {
    const { ensue } = clientOf(silence)
    await expect(ensue.executions.wait('e1', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    })
  })
})
