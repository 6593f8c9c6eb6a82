import { describe, expect, expectTypeOf, it } from 'vitest'
import { createClient } from '../client.ts'
import { fakeFetch, result } from '../testing/fake-fetch.ts'

interface Reimbursement {
  title: string
  amount: number
}

function clientOf(...answers: Parameters<typeof fakeFetch>) {
  const fake = fakeFetch(...answers)
  const ensue = createClient<{ collections: { reimbursements: Reimbursement } }>({
    url: 'http://server',
    fetch: fake.fetch,
  })
  return { sent: fake.sent, reimbursements: ensue.collection('reimbursements') }
}

describe('collection.create', () => {
  it('sends the values and the workflows to start, and gives the record and what was started', async () => {
    const triggered = [{ workflow: 'k1', executionId: 'e1', status: 'queued' }]
    const { reimbursements, sent } = clientOf(result({ data: { id: 1, title: 'Taxi', amount: 80 }, triggered }))
    const created = await reimbursements.create(
      { title: 'Taxi', amount: 80 },
      {
        triggerWorkflows: ['k1', 'k2!requester', { workflow: 'k3', association: 'a.b' }],
        failOnWorkflow: true,
        onInvalidTrigger: 'ignore',
      },
    )
    expect(created).toEqual({ data: { id: 1, title: 'Taxi', amount: 80 }, triggered })
    expect(sent).toMatchObject([
      {
        method: 'POST',
        url: { pathname: '/trpc/records.create' },
        input: {
          collection: 'reimbursements',
          values: { title: 'Taxi', amount: 80 },
          triggerWorkflows: [
            { workflow: 'k1' },
            { workflow: 'k2', association: 'requester' },
            { workflow: 'k3', association: 'a.b' },
          ],
          failOnWorkflow: true,
          onInvalidTrigger: 'ignore',
        },
      },
    ])
  })

  it('knows the fields of the schema, and any field without one', () => {
    const { reimbursements } = clientOf(result(null))
    type Created = Awaited<ReturnType<typeof reimbursements.create>>['data']
    expectTypeOf<Created['amount']>().toEqualTypeOf<number>()
    expectTypeOf(reimbursements.create).parameter(0).toEqualTypeOf<{ title?: string | null; amount?: number | null }>()
    const untyped = createClient({ url: 'http://server' }).collection('anything')
    expectTypeOf(untyped.create).parameter(0).toEqualTypeOf<{ [field: string]: unknown }>()
  })
})

describe('collection.iterate', () => {
  const rows = (...ids: (number | string)[]) => ids.map((id) => ({ id, title: `r${id}`, amount: id }))
  const idsOf = (records: AsyncIterable<{ id: unknown }>) => Array.fromAsync(records, ({ id }) => id)

  it('reads one page when there is one', async () => {
    const { reimbursements, sent } = clientOf(result({ data: rows(1, 2), meta: { page: 1, pageSize: 2, total: 2 } }))
    expect(await idsOf(reimbursements.iterate({ pageSize: 2 }))).toEqual([1, 2])
    expect(sent).toHaveLength(1)
  })

  it('goes on after the cursor of each page, in the order asked for, until there is none', async () => {
    const { reimbursements, sent } = clientOf(
      result({ data: rows('a', 'b'), meta: { page: 1, pageSize: 2, total: 5, next: 'cursor1' } }),
      result({ data: rows('c', 'd'), meta: { pageSize: 2, next: 'cursor2' } }),
      result({ data: rows('e'), meta: { pageSize: 2 } }),
    )
    const input = { filter: { amount: { $gt: 1 } }, sort: ['-amount'], pageSize: 2 }
    expect(await idsOf(reimbursements.iterate(input))).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(sent.map((request) => request.input)).toEqual([
      { collection: 'reimbursements', ...input },
      { collection: 'reimbursements', ...input, after: 'cursor1' },
      { collection: 'reimbursements', ...input, after: 'cursor2' },
    ])
  })
})
