import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
const SYSTEM = { kind: 'system', userId: null, role: null } as const

beforeAll(async () => {
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  const create = (name: string, fields: object[]) => test.call('/api/collections:create', { body: { name, fields } })
  await create('parts', [{ name: 'n', type: 'integer' }])
  await create('sets', [
    { name: 'title', type: 'string' },
    { name: 'parts', type: 'hasMany', target: 'parts' },
  ])
  for (const n of [1, 2]) await test.call('/api/parts:create', { body: { n } })
  await test.call('/api/sets:create', { body: { title: 'a' } })
})
afterAll(() => test.stop())

describe('the records port', () => {
  it('replaces nested records one after the other, also of runs that share a transaction', async () => {
    const { client, ports } = test.app
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        [1, 2].map((part) =>
          client.sharedTransaction((trx) =>
            ports.records.update(trx as never, 'sets', { id: 1 }, { parts: [part] }, SYSTEM),
          ),
        ),
      )
      const { body } = await test.call('/api/sets:get/1', { body: { appends: ['parts'] } })
      expect(body.data.parts).toHaveLength(1)
    }
  })

  it('has nothing to say of a record that is not there', async () => {
    const { client, ports } = test.app
    const updated = client.transaction((trx) =>
      ports.records.update(trx as never, 'sets', { id: 99 }, { title: 'x' }, SYSTEM),
    )
    expect(await updated).toEqual([])
    expect(await client.transaction((trx) => ports.records.delete(trx as never, 'sets', { id: 99 }, SYSTEM))).toEqual(
      [],
    )
  })

  it('keeps to the rights of the user whom a run acts as', async () => {
    const { client, ports } = test.app
    const member = { kind: 'user', userId: null, role: 'member' } as const
    const removed = client.transaction((trx) => ports.records.delete(trx as never, 'sets', { id: 1 }, member))
    await expect(removed).rejects.toMatchObject({ code: 'forbidden' })
  })
})
