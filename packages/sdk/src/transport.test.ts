import { describe, expect, it } from 'vitest'
import { createClient } from './client.ts'
import { away, fakeFetch, lost, refusal, result } from './testing/fake-fetch.ts'

const clientOf = (...answers: Parameters<typeof fakeFetch>) => {
  const fake = fakeFetch(...answers)
  return { sent: fake.sent, ensue: createClient({ url: 'http://server/base/', fetch: fake.fetch }) }
}

describe('a client', () => {
  it('sends who calls, and in which role', async () => {
    const { ensue, sent } = clientOf(result({}))
    await ensue.auth.me()
    await ensue.withToken('t1').auth.me()
    await ensue.with({ apiKey: 'k1', role: 'clerk' }).auth.me()
    expect(sent.map(({ url }) => url.href)).toEqual(Array(3).fill('http://server/base/trpc/auth.me'))
    expect(sent[0]!.headers).not.toHaveProperty('authorization')
    expect(sent[1]!.headers).toMatchObject({ authorization: 'Bearer t1' })
    expect(sent[2]!.headers).toMatchObject({ authorization: 'Bearer k1', 'x-role': 'clerk' })
  })

  it('throws an EnsueError that says all the server said', async () => {
    const { ensue } = clientOf(refusal(422, 'trigger_invalid', 'There is no workflow "k".', 'triggerWorkflows'))
    await expect(ensue.collection('x').create({})).rejects.toMatchObject({
      name: 'EnsueError',
      code: 'trigger_invalid',
      message: 'There is no workflow "k".',
      status: 422,
      path: 'triggerWorkflows',
      requestId: 'r1',
      items: [{ code: 'trigger_invalid', message: 'There is no workflow "k".' }],
      details: { hint: 1 },
    })
  })

  it('tries a query again, but never a write', async () => {
    const query = clientOf(away(), lost, result([]))
    expect(await query.ensue.collections.list()).toEqual([])
    expect(query.sent).toHaveLength(3)
    for (const answer of [away(), lost]) {
      const write = clientOf(answer)
      await expect(write.ensue.events.emit('e')).rejects.toMatchObject({ name: 'EnsueError' })
      expect(write.sent).toHaveLength(1)
    }
  })

  it('takes JSON of a proxy for an error, not for an answer', async () => {
    const { ensue } = clientOf(() => Response.json({ message: 'Bad gateway' }, { status: 502 }))
    await expect(ensue.with({ retries: 0 }).auth.me()).rejects.toMatchObject({ code: 'unavailable', status: 502 })
  })
})

describe('a query too long for a URL', () => {
  const definition = { text: 'ü'.repeat(3_000) }

  it('is sent in a body', async () => {
    const { ensue, sent } = clientOf(() => Response.json({ data: { problems: [] } }))
    expect(await ensue.workflows.validate({ definition })).toEqual({ problems: [] })
    expect(sent).toMatchObject([
      { method: 'POST', url: { pathname: '/base/api/workflows:validate' }, input: { definition } },
    ])
  })

  it('gives lists and records as a short one does', async () => {
    const filter = { title: { $in: ['x'.repeat(7_000)] } }
    const page = clientOf(() => Response.json({ data: [{ id: 1 }], meta: { total: 1 } }))
    expect(await page.ensue.collection('x').list({ filter })).toEqual({ data: [{ id: 1 }], meta: { total: 1 } })
    const count = clientOf(() => Response.json({ data: 5 }))
    expect(await count.ensue.collection('x').count(filter)).toBe(5)
  })

  it('is tried again, and refused as a short one is', async () => {
    const body = { errors: [{ code: 'forbidden', message: 'No.', path: 'key' }], requestId: 'r2', hint: 2 }
    const { ensue, sent } = clientOf(away(), () => Response.json(body, { status: 403 }))
    await expect(ensue.workflows.validate({ definition })).rejects.toMatchObject({
      code: 'forbidden',
      status: 403,
      path: 'key',
      requestId: 'r2',
      details: { hint: 2 },
    })
    expect(sent).toHaveLength(2)
  })
})
