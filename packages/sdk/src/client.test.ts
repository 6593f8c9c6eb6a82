import { describe, expect, it } from 'vitest'
import { createClient } from './client.ts'
import { EnsueError } from './errors.ts'

interface Sent {
  url: string
  method: string
  headers: Headers
  body: unknown
}

/** A server that gives these answers, in this order, and remembers what it was asked. */
function serverOf(...answers: (Response | Error)[]) {
  const sent: Sent[] = []
  const fetch = (async (input: string | URL | Request, init: RequestInit = {}) => {
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    sent.push({ url: String(input), method: init.method ?? 'GET', headers: new Headers(init.headers), body })
    const answer = answers[Math.min(sent.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    return (answer as Response).clone()
  }) as typeof globalThis.fetch
  return { sent, fetch }
}

const result = (data: unknown) => Response.json({ result: { data } })
const refusal = (status: number, code: string, more: object = {}) =>
  Response.json(
    {
      error: {
        message: 'No.',
        code: -32600,
        data: { code, path: null, items: [], details: {}, requestId: 'r1', httpStatus: status, ...more },
      },
    },
    { status },
  )

describe('createClient', () => {
  it('sends token and role with every call', async () => {
    const { sent, fetch } = serverOf(result({ data: { id: 1 }, triggered: [] }))
    const ensue = createClient({ url: 'http://e/', token: 't1', role: 'member', fetch })
    await ensue.collection('orders').create({ title: 'x' }, { triggerWorkflows: ['k1', 'k2!category'] })
    expect(sent[0]).toMatchObject({ url: 'http://e/trpc/records.create', method: 'POST' })
    expect(sent[0]!.headers.get('authorization')).toBe('Bearer t1')
    expect(sent[0]!.headers.get('x-role')).toBe('member')
    expect(sent[0]!.body).toEqual({
      collection: 'orders',
      values: { title: 'x' },
      triggerWorkflows: [{ workflow: 'k1' }, { workflow: 'k2', association: 'category' }],
    })
  })

  it('turns a refusal into an EnsueError with code, path and request id', async () => {
    const { fetch } = serverOf(refusal(422, 'trigger_invalid', { path: 'triggerWorkflows' }))
    const call = createClient({ fetch, url: 'http://e' }).collection('orders').create({})
    await expect(call).rejects.toBeInstanceOf(EnsueError)
    await expect(call).rejects.toMatchObject({
      code: 'trigger_invalid',
      status: 422,
      path: 'triggerWorkflows',
      requestId: 'r1',
    })
  })

  it('tries a query again after a lost connection and a 503, but never a write', async () => {
    const reading = serverOf(new TypeError('fetch failed'), refusal(503, 'unavailable'), result([]))
    await createClient({ url: 'http://e', fetch: reading.fetch }).collections.list()
    expect(reading.sent).toHaveLength(3)
    const writing = serverOf(refusal(503, 'unavailable'), result({}))
    const write = createClient({ url: 'http://e', fetch: writing.fetch }).workflows.deploy('k')
    await expect(write).rejects.toMatchObject({ code: 'unavailable' })
    expect(writing.sent).toHaveLength(1)
  })

  it('reads a watched execution from server-sent events until its end', async () => {
    const stream = [
      'event: connected\ndata: {}\n\n',
      'data: {"id":"e1","status":"running"}\nid: 1\n\ndata: {"id":"e1","sta',
      'tus":"succeeded"}\nid: 2\n\n',
      'event: return\ndata: \n\n',
    ]
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of stream) controller.enqueue(new TextEncoder().encode(chunk))
        controller.close()
      },
    })
    const fetch = (async () =>
      new Response(body, { headers: { 'content-type': 'text/event-stream' } })) as typeof globalThis.fetch
    const seen: string[] = []
    for await (const execution of createClient({ url: 'http://e', fetch }).executions.watch('e1'))
      seen.push(execution.status)
    expect(seen).toEqual(['running', 'succeeded'])
  })
})
